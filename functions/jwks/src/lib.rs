//! `GET /.well-known/jwks.json` — the public keys that access tokens are signed with, newest first (RFC 7517).
//!
//! Who: anyone. No dependency is touched. 200, cacheable for five minutes: a new key is published that long before it signs.

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use serde::Serialize;
use shared::{
    config::{PublicKey, VerificationConfig},
    http::{Http, routes::JWKS, stack},
};

shared::holds! {
    /// The public keys and nothing else.
    pub struct Jwks { http: Http, verification: VerificationConfig }
}

/// The function's router.
pub fn router(parts: Jwks) -> Router {
    stack::route(&JWKS, jwks, parts)
}

#[derive(Serialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

#[derive(Serialize)]
struct Jwk {
    kty: String,
    crv: String,
    alg: &'static str,
    r#use: &'static str,
    kid: String,
    x: String,
}

async fn jwks(State(parts): State<Jwks>) -> impl IntoResponse {
    let keys = parts.verification.public_keys.into_iter().map(Jwk::from).collect();
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(KeySet { keys }))
}

impl From<PublicKey> for Jwk {
    fn from(key: PublicKey) -> Self {
        Self { kty: key.kty, crv: key.crv, alg: "EdDSA", r#use: "sig", kid: key.kid, x: key.x }
    }
}
