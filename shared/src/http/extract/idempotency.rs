use axum::extract::FromRequestParts;
use http::{HeaderName, HeaderValue, request::Parts};

use crate::{
    domain::{Error, IdempotencyKey, Invalid},
    http::ApiError,
};

/// The header that names a request.
pub(in crate::http) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header that says that an answer was given before.
pub(in crate::http) const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The request's `Idempotency-Key`, if it has one; 422 for one that cannot be a key.
#[derive(Debug)]
pub struct Idempotency(pub Option<IdempotencyKey>);

impl<S: Send + Sync> FromRequestParts<S> for Idempotency {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let mut keys = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(key) = keys.next() else { return Ok(Self(None)) };
        let key = match keys.next() {
            Some(_) => Err(Invalid::new("repeated", "must be given once")),
            None => IdempotencyKey::parse(key.to_str().unwrap_or_default()),
        };
        Ok(Self(Some(key.map_err(refused)?)))
    }
}

impl Idempotency {
    /// The error for a key that named another request before.
    #[must_use]
    pub fn names_another_request() -> Error {
        refused(Invalid::new("reused", "was used for another request"))
    }
}

/// `Idempotency-Replayed: true` for an answer that was given before.
#[must_use]
pub fn replayed(was: bool) -> Option<[(HeaderName, HeaderValue); 1]> {
    was.then_some([(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"))])
}

fn refused(invalid: Invalid) -> Error {
    Error::Invalid(vec![invalid.at("Idempotency-Key")])
}
