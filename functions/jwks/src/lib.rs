//! `GET /.well-known/jwks.json` — the public keys that access tokens are signed with, newest first (RFC 7517).
//!
//! Who: anyone. No dependency is touched. 200, cacheable for five minutes: a new key is published that long before it signs.

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use serde::Serialize;
use shared::{
    config::{PublicKey, VerificationConfig},
    http::{HttpSettings, routes::JWKS, stack},
};
use utoipa::ToSchema;

shared::dependencies! {
    /// The public keys and nothing else.
    pub struct Jwks { http: HttpSettings, verification: VerificationConfig }
}

/// The function's router.
pub fn router(state: Jwks) -> Router {
    stack::route(&JWKS, jwks, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(jwks))]
pub struct Document;

/// Public keys.
#[derive(Serialize, ToSchema)]
struct KeySet {
    keys: Vec<Jwk>,
}

/// A public key (RFC 8037).
#[derive(Serialize, ToSchema)]
struct Jwk {
    #[schema(examples("OKP"))]
    kty: String,
    #[schema(examples("Ed25519"))]
    crv: String,
    #[schema(value_type = String, examples("EdDSA"))]
    alg: &'static str,
    #[schema(value_type = String, examples("sig"))]
    r#use: &'static str,
    /// The `kid` of the tokens that it checks.
    kid: String,
    /// The key, base64url.
    x: String,
}

/// The public keys that access tokens are checked with, newest first.
///
/// A JWK set (RFC 7517). A new key is published five minutes and more before it signs.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "Sessions",
    responses((status = 200, body = KeySet, headers(("Cache-Control")))),
)]
async fn jwks(State(state): State<Jwks>) -> impl IntoResponse {
    let keys = state.verification.public_keys.into_iter().map(Jwk::from).collect();
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(KeySet { keys }))
}

impl From<PublicKey> for Jwk {
    fn from(key: PublicKey) -> Self {
        Self { kty: key.kty, crv: key.crv, alg: "EdDSA", r#use: "sig", kid: key.kid, x: key.x }
    }
}
