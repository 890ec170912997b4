use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    response::{IntoResponseParts, ResponseParts},
};
use http::{HeaderName, HeaderValue, request::Parts};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{
    domain::{Error, IdempotencyKey, Invalid},
    http::{ApiError, schema},
};

/// The request header with the key.
pub(in crate::http) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The response header that marks a replayed response.
pub(in crate::http) const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The request's optional `Idempotency-Key`. Rejects with 422 when the header is not a valid key.
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
        Ok(Self(Some(key.map_err(invalid_key)?)))
    }
}

impl IntoParams for Idempotency {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = schema::string()
            .min_length(Some(1))
            .max_length(Some(IdempotencyKey::MAX_CHARS))
            .pattern(Some("^[ -~]+$"))
            .examples(["0f1d6c1e-import-42"]);
        let description = "A key for this request, so that it can be retried: the same request with the same key within a \
            day returns the first response (`Idempotency-Replayed: true`) and has no second effect. A different request \
            with the key is rejected with 422.";
        vec![schema::optional_parameter(ParameterIn::Header, "Idempotency-Key", description, schema)]
    }
}

impl Idempotency {
    /// The error for a key that was used for a different request.
    #[must_use]
    pub fn key_reused() -> Error {
        invalid_key(Invalid::new("reused", "was used for a different request"))
    }
}

/// The response header `Idempotency-Replayed: true`, which is sent when the field is `true`.
#[derive(Debug, Clone, Copy)]
pub struct IdempotencyReplayed(pub bool);

impl IntoResponseParts for IdempotencyReplayed {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        if self.0 {
            response.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(response)
    }
}

fn invalid_key(invalid: Invalid) -> Error {
    Error::Invalid(vec![invalid.at("Idempotency-Key")])
}
