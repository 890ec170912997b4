//! `GET /.well-known/jwks.json`: the public keys that verify access tokens, newest first (RFC
//! 7517).
//!
//! Caller: anyone. No dependencies. 200, cacheable for five minutes: a new key is published at
//! least that long before it is used for signing.

pub mod route;

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use serde::Serialize;
use shared::{
    config::{PublicKey, VerificationConfig},
    http::{HttpSettings, stack},
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of `GET /.well-known/jwks.json`.
    pub struct Jwks { http: HttpSettings, verification: VerificationConfig }
}

/// The function's router.
pub fn router(state: Jwks) -> Router {
    stack::route(&ROUTE, jwks, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(jwks))]
pub struct Document;

/// A set of public keys.
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
    /// The `kid` of the tokens that the key verifies.
    kid: String,
    /// The key, in base64url.
    x: String,
}

/// Returns the public keys that verify access tokens, newest first.
///
/// The response is a JWK set (RFC 7517). A new key is published at least five minutes before it is
/// used for signing.
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
