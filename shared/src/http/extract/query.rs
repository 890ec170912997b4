use axum::extract::FromRequestParts;
use http::request::Parts;
use serde_json::Value;

use super::{Fields, FromFields};
use crate::{domain::Error, http::ApiError};

/// The query string, parsed. Rejects with 422 and all errors when it is invalid.
///
/// Unknown parameters are ignored (docs/adr/0009-unknown-query-parameters.md), because proxies and
/// campaigns add parameters to URLs. A known parameter that occurs twice is an error.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: FromFields + KnownParameters, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let pairs: Vec<(String, String)> = axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(pairs)| pairs)
            .map_err(|_| ApiError::bad_request("The query string is malformed."))?;
        Ok(Self(read(pairs)?))
    }
}

/// The parameters of a query.
pub trait KnownParameters {
    /// The names.
    const NAMES: &'static [&'static str];
}

fn read<T: FromFields + KnownParameters>(pairs: Vec<(String, String)>) -> Result<T, Error> {
    let known: Vec<_> = pairs.into_iter().filter(|(name, _)| T::NAMES.contains(&name.as_str())).collect();
    let is_repeated = |name: &&&str| known.iter().filter(|(other, _)| other == **name).count() > 1;
    let repeated: Vec<String> = T::NAMES.iter().filter(is_repeated).map(ToString::to_string).collect();
    let values = known.into_iter().map(|(name, value)| (name, Value::String(value)));
    Fields::with_repeated(values, &repeated).read()
}
