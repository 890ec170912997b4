//! Verification of access tokens, which is the same for every authenticated route.

use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use http::header;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

use crate::support::{
    app::TestApp,
    keys::TestKeys,
    tokens::{UnsignedToken, sign},
};

async fn assert_rejected(app: &TestApp, token: &str) {
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
async fn an_issued_token_is_accepted() {
    let (app, user) = TestApp::with_user().await;
    let token = sign(&app.keys, &app.valid_token(&user));
    app.get("/v1/auth/me").bearer(&token).send().await.expect(200);
}

#[tokio::test]
async fn a_token_with_a_missing_or_altered_claim_is_rejected() {
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
        let UnsignedToken { header, mut claims } = app.valid_token(&user);
        claims[claim] = value;
        assert_rejected(&app, &sign(&app.keys, &UnsignedToken { header, claims })).await;
        let UnsignedToken { header, mut claims } = app.valid_token(&user);
        claims.as_object_mut().unwrap().remove(claim).unwrap();
        assert_rejected(&app, &sign(&app.keys, &UnsignedToken { header, claims })).await;
    }
}

#[tokio::test]
async fn a_token_with_an_altered_header_is_rejected() {
    let (app, user) = TestApp::with_user().await;
    let UnsignedToken { header, claims } = app.valid_token(&user);
    let headers = [
        Header { typ: None, ..header.clone() },
        Header { typ: Some("JWT".to_owned()), ..header.clone() },
        Header { kid: None, ..header.clone() },
        Header { kid: Some("another".to_owned()), ..header.clone() },
        Header { crit: Some(vec!["exp".to_owned()]), ..header },
    ];
    for header in headers {
        assert_rejected(&app, &sign(&app.keys, &UnsignedToken { header, claims: claims.clone() })).await;
    }
}

#[tokio::test]
async fn a_token_with_another_signature_is_rejected() {
    let (app, user) = TestApp::with_user().await;
    let foreign = TestKeys::new();
    assert_rejected(&app, &sign(&foreign, &app.valid_token(&user))).await;

    let UnsignedToken { mut header, claims } = app.valid_token(&user);
    header.alg = Algorithm::HS256;
    let confused = encode(&header, &claims, &EncodingKey::from_secret(&app.keys.public_key).unwrap()).unwrap();
    assert_rejected(&app, &confused).await;

    let none =
        BASE64URL_NOPAD.encode(format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{}"}}"#, app.keys.kid()).as_bytes());
    assert_rejected(&app, &format!("{none}.{}.", BASE64URL_NOPAD.encode(claims.to_string().as_bytes()))).await;
}

#[tokio::test]
async fn a_token_that_contains_its_own_key_is_rejected() {
    let (app, user) = TestApp::with_user().await;
    let foreign = TestKeys::new();
    let UnsignedToken { header, claims } = app.valid_token(&user);
    let x = BASE64URL_NOPAD.encode(&foreign.public_key);
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": foreign.kid(), "x": x});
    let own_jwk = Header { jwk: Some(serde_json::from_value(jwk).unwrap()), ..header.clone() };
    let own_url = Header { jku: Some("https://evil.example/keys.json".to_owned()), ..header.clone() };
    let chain = Header { x5u: Some("https://evil.example/chain.pem".to_owned()), ..header };
    for header in [own_jwk, own_url, chain] {
        assert_rejected(&app, &sign(&foreign, &UnsignedToken { header: header.clone(), claims: claims.clone() })).await;
        let named = Header { kid: Some(foreign.kid()), ..header };
        assert_rejected(&app, &sign(&foreign, &UnsignedToken { header: named, claims: claims.clone() })).await;
    }
}

#[tokio::test]
async fn verifying_any_token_takes_less_than_five_milliseconds() {
    let (app, user) = TestApp::with_user().await;
    let verifier = app.keys.verifier(app.clock.clock());
    let valid = &user.token;
    let (head, rest) = valid.split_once('.').unwrap();
    let deep = BASE64URL_NOPAD.encode(format!("{}1{}", "[".repeat(700), "]".repeat(700)).as_bytes());
    let huge = "x".repeat(8 * 1024 * 1024);
    let tokens = [
        valid.clone(),
        app.invalid_token(&user, "alg"),
        app.invalid_token(&user, "key"),
        format!("{deep}.{rest}"),
        format!("{head}.{deep}.{}", rest.split_once('.').unwrap().1),
        format!("{valid}{huge}"),
        huge,
        ".".repeat(100_000),
    ];
    for token in tokens {
        // The minimum of several runs, so that other load on the machine does not count.
        let elapsed = (0..10).map(|_| {
            let started = Instant::now();
            let _result = verifier.verify(&token);
            started.elapsed()
        });
        let elapsed = elapsed.min().unwrap();
        assert!(elapsed < Duration::from_millis(5), "{elapsed:?} for {} bytes", token.len());
    }
}

#[tokio::test]
async fn a_token_is_valid_for_its_lifetime_with_one_minute_of_leeway() {
    let (app, user) = TestApp::with_user().await;
    let token = sign(&app.keys, &app.valid_token(&user));
    for (seconds, is_valid) in [(900 + 55, true), (10, false), (-965 - 55, true), (-10, false)] {
        app.clock.advance(seconds);
        let status = app.get("/v1/auth/me").bearer(&token).send().await.status;
        assert_eq!(status == 200, is_valid, "after moving the clock by {seconds} s");
    }
}

#[tokio::test]
async fn any_other_authorization_header_is_rejected() {
    let (app, user) = TestApp::with_user().await;
    let token = &user.token;
    for text in
        ["", ".", "..", "a.b.c", &token[..token.len() - 1], &token[1..], &format!("{token}x"), &"x".repeat(5000)]
    {
        assert_rejected(&app, text).await;
    }
    for value in [token.clone(), format!("Basic {token}"), format!("Bearer{token}"), "Bearer".to_owned()] {
        let answer = app.get("/v1/auth/me").header(header::AUTHORIZATION, &value).send().await;
        answer.expect_problem(401, "UNAUTHORIZED");
    }
    let twice = app.get("/v1/auth/me").bearer(token).bearer(token).send().await;
    twice.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn the_scheme_is_case_insensitive() {
    let (app, user) = TestApp::with_user().await;
    for scheme in ["bearer", "BEARER", "Bearer"] {
        let call = app.get("/v1/auth/me").header(header::AUTHORIZATION, &format!("{scheme} {}", user.token));
        call.send().await.expect(200);
    }
}
