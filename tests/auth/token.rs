//! What does and does not count as an access token, the same for every bearer route.

use data_encoding::BASE64URL_NOPAD;
use http::header;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use shared::http::routes::ROUTES;

use crate::support::{
    app::{TestApp, User},
    keys::{AUDIENCE, ISSUER, TestKeys},
    request::with_ids,
};

/// The header and claims of a good token, to be spoilt.
fn good(app: &TestApp, user: &User) -> (Header, Value) {
    let claims = user.token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
    let (user_id, session_id) = (&user.id, &claims["sid"]);
    let header = Header { typ: Some("at+jwt".to_owned()), kid: Some(app.keys.kid()), ..Header::new(Algorithm::EdDSA) };
    let now = app.clock.clock().now().as_second();
    let claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": user_id, "sid": session_id, "jti": user_id, "role": "user",
        "iat": now, "nbf": now, "exp": now + 900,
    });
    (header, claims)
}

fn sign(keys: &TestKeys, (header, claims): &(Header, Value)) -> String {
    encode(header, claims, &EncodingKey::from_ed_der(&keys.private_key)).unwrap()
}

async fn assert_refused(app: &TestApp, token: &str) {
    let answer = app.get("/v1/auth/me").bearer(token).send().await;
    let mut body = answer.expect_problem(401, "UNAUTHORIZED").clone();
    body.as_object_mut().unwrap().remove("request_id");
    let expected = json!({
        "type": "about:blank", "title": "Unauthorized", "status": 401, "code": "UNAUTHORIZED",
        "message": "The credentials are missing or not valid.",
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_token_of_ours_is_good() {
    let (app, user) = TestApp::with_user().await;
    let token = sign(&app.keys, &good(&app, &user));
    app.get("/v1/auth/me").bearer(&token).send().await.expect(200);
}

#[tokio::test]
async fn a_token_with_any_claim_missing_or_altered_is_refused() {
    let (app, user) = TestApp::with_user().await;
    let altered = [
        ("iss", json!("https://elsewhere.test")),
        ("aud", json!("another-api")),
        ("sub", json!("not-an-id")),
        ("sid", json!("not-an-id")),
        ("jti", json!(7)),
        ("role", json!("root")),
        ("iat", json!("now")),
        ("nbf", json!(null)),
        ("exp", json!("never")),
    ];
    for (claim, value) in altered {
        let (header, mut claims) = good(&app, &user);
        claims[claim] = value;
        assert_refused(&app, &sign(&app.keys, &(header, claims))).await;
        let (header, mut claims) = good(&app, &user);
        claims.as_object_mut().unwrap().remove(claim).unwrap();
        assert_refused(&app, &sign(&app.keys, &(header, claims))).await;
    }
}

#[tokio::test]
async fn a_token_with_another_header_is_refused() {
    let (app, user) = TestApp::with_user().await;
    let (header, claims) = good(&app, &user);
    let headers = [
        Header { typ: None, ..header.clone() },
        Header { typ: Some("JWT".to_owned()), ..header.clone() },
        Header { kid: None, ..header.clone() },
        Header { kid: Some("another".to_owned()), ..header.clone() },
        Header { crit: Some(vec!["exp".to_owned()]), ..header },
    ];
    for header in headers {
        assert_refused(&app, &sign(&app.keys, &(header, claims.clone()))).await;
    }
}

#[tokio::test]
async fn a_token_that_we_did_not_sign_is_refused() {
    let (app, user) = TestApp::with_user().await;
    let foreign = TestKeys::new();
    assert_refused(&app, &sign(&foreign, &good(&app, &user))).await;

    let (mut header, claims) = good(&app, &user);
    header.alg = Algorithm::HS256;
    let confused = encode(&header, &claims, &EncodingKey::from_secret(&app.keys.public_key)).unwrap();
    assert_refused(&app, &confused).await;

    let none =
        BASE64URL_NOPAD.encode(format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{}"}}"#, app.keys.kid()).as_bytes());
    assert_refused(&app, &format!("{none}.{}.", BASE64URL_NOPAD.encode(claims.to_string().as_bytes()))).await;
}

#[tokio::test]
async fn a_token_is_good_from_its_start_to_its_end_with_a_minutes_leeway() {
    let (app, user) = TestApp::with_user().await;
    let token = sign(&app.keys, &good(&app, &user));
    for (seconds, is_good) in [(900 + 55, true), (10, false), (-965 - 55, true), (-10, false)] {
        app.clock.advance(seconds);
        let status = app.get("/v1/auth/me").bearer(&token).send().await.status;
        assert_eq!(status == 200, is_good, "after moving the clock by {seconds} s");
    }
}

#[tokio::test]
async fn whatever_else_stands_in_the_header_is_refused() {
    let (app, user) = TestApp::with_user().await;
    let token = &user.token;
    for text in
        ["", ".", "..", "a.b.c", &token[..token.len() - 1], &token[1..], &format!("{token}x"), &"x".repeat(5000)]
    {
        assert_refused(&app, text).await;
    }
    for value in [token.clone(), format!("Basic {token}"), format!("Bearer{token}"), "Bearer".to_owned()] {
        let answer = app.get("/v1/auth/me").header(header::AUTHORIZATION, &value).send().await;
        answer.expect_problem(401, "UNAUTHORIZED");
    }
    let twice = app.get("/v1/auth/me").bearer(token).bearer(token).send().await;
    twice.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn the_scheme_is_read_in_any_case() {
    let (app, user) = TestApp::with_user().await;
    for scheme in ["bearer", "BEARER", "Bearer"] {
        let call = app.get("/v1/auth/me").header(header::AUTHORIZATION, &format!("{scheme} {}", user.token));
        call.send().await.expect(200);
    }
}

/// The routes that anyone may call. Every other route asks for a token: a new one that does not fails here.
const PUBLIC: [&str; 8] = [
    "auth-register",
    "auth-login",
    "auth-refresh",
    "jwks",
    "external-github",
    "health",
    "health-ready",
    "health-detailed",
];

#[tokio::test]
async fn every_route_that_is_not_public_asks_for_a_token() {
    let app = TestApp::new().await;
    for route in ROUTES {
        let path = with_ids(route.path);
        let answer = app.call(route.method.clone(), &path).json(&json!({})).send().await;
        assert_eq!(
            answer.status == 401,
            !PUBLIC.contains(&route.function),
            "{} gave {}",
            route.function,
            answer.status
        );
    }
    let reached = app.dynamo.take_operations();
    assert!(reached.iter().all(|operation| operation == "GetItem"), "only the health probes: {reached:?}");
}
