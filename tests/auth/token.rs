//! What does and does not count as an access token, the same for every bearer route.

use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use http::header;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

use crate::support::{app::TestApp, keys::TestKeys, tokens::sign};

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
    let token = sign(&app.keys, &app.good_token(&user));
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
        let (header, mut claims) = app.good_token(&user);
        claims[claim] = value;
        assert_refused(&app, &sign(&app.keys, &(header, claims))).await;
        let (header, mut claims) = app.good_token(&user);
        claims.as_object_mut().unwrap().remove(claim).unwrap();
        assert_refused(&app, &sign(&app.keys, &(header, claims))).await;
    }
}

#[tokio::test]
async fn a_token_with_another_header_is_refused() {
    let (app, user) = TestApp::with_user().await;
    let (header, claims) = app.good_token(&user);
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
    assert_refused(&app, &sign(&foreign, &app.good_token(&user))).await;

    let (mut header, claims) = app.good_token(&user);
    header.alg = Algorithm::HS256;
    let confused = encode(&header, &claims, &EncodingKey::from_secret(&app.keys.public_key)).unwrap();
    assert_refused(&app, &confused).await;

    let none =
        BASE64URL_NOPAD.encode(format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{}"}}"#, app.keys.kid()).as_bytes());
    assert_refused(&app, &format!("{none}.{}.", BASE64URL_NOPAD.encode(claims.to_string().as_bytes()))).await;
}

#[tokio::test]
async fn a_token_that_brings_its_own_key_is_refused() {
    let (app, user) = TestApp::with_user().await;
    let foreign = TestKeys::new();
    let (header, claims) = app.good_token(&user);
    let x = BASE64URL_NOPAD.encode(&foreign.public_key);
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": foreign.kid(), "x": x});
    let own_jwk = Header { jwk: Some(serde_json::from_value(jwk).unwrap()), ..header.clone() };
    let own_url = Header { jku: Some("https://evil.example/keys.json".to_owned()), ..header.clone() };
    let chain = Header { x5u: Some("https://evil.example/chain.pem".to_owned()), ..header };
    for header in [own_jwk, own_url, chain] {
        assert_refused(&app, &sign(&foreign, &(header.clone(), claims.clone()))).await;
        let named = Header { kid: Some(foreign.kid()), ..header };
        assert_refused(&app, &sign(&foreign, &(named, claims.clone()))).await;
    }
}

#[tokio::test]
async fn no_token_costs_more_than_five_milliseconds() {
    let (app, user) = TestApp::with_user().await;
    let verifier = app.keys.verifier(app.clock.clock());
    let good = &user.token;
    let (head, rest) = good.split_once('.').unwrap();
    let deep = BASE64URL_NOPAD.encode(format!("{}1{}", "[".repeat(700), "]".repeat(700)).as_bytes());
    let huge = "x".repeat(8 * 1024 * 1024);
    let tokens = [
        good.clone(),
        app.spoil_token(&user, "alg"),
        app.spoil_token(&user, "key"),
        format!("{deep}.{rest}"),
        format!("{head}.{deep}.{}", rest.split_once('.').unwrap().1),
        format!("{good}{huge}"),
        huge,
        ".".repeat(100_000),
    ];
    for token in tokens {
        // The best of some tries: what the machine does beside this must not count.
        let took = (0..10).map(|_| {
            let started = Instant::now();
            let _good_or_not = verifier.verify(&token);
            started.elapsed()
        });
        let took = took.min().unwrap();
        assert!(took < Duration::from_millis(5), "{took:?} for {} bytes", token.len());
    }
}

#[tokio::test]
async fn a_token_is_good_from_its_start_to_its_end_with_a_minutes_leeway() {
    let (app, user) = TestApp::with_user().await;
    let token = sign(&app.keys, &app.good_token(&user));
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
