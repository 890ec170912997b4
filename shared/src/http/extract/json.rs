use std::fmt;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, Request},
};
use http::{HeaderMap, header};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{Fields, FromFields};
use crate::http::{ApiError, ErrorCode};

/// The maximum size of a request body, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// The maximum nesting depth of objects and arrays.
const MAX_DEPTH: usize = 32;

/// The JSON object in the request body, parsed.
///
/// Rejects with 415 when the content type is not `application/json`, with 413 when the body is too
/// large, with 400 when it is not a JSON object, and with 422 and all field errors when the fields
/// are invalid.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: FromFields, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(not_json());
        }
        Ok(Self(fields(&read(request.into_body()).await?)?.read()?))
    }
}

/// Like [`Json`], for a route whose fields are all optional: an absent body is an empty object.
#[derive(Debug)]
pub struct OptionalJson<T>(pub T);

impl<T: FromFields, S: Send + Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let is_json = is_json(request.headers());
        let body = read(request.into_body()).await?;
        let fields = match (body.is_empty(), is_json) {
            (true, _) => Fields::default(),
            (false, true) => fields(&body)?,
            (false, false) => return Err(not_json()),
        };
        Ok(Self(fields.read()?))
    }
}

fn not_json() -> ApiError {
    ApiError::new(ErrorCode::UnsupportedMediaType, "The body must be application/json.")
}

async fn read(body: Body) -> Result<Vec<u8>, ApiError> {
    let too_large = |_| ApiError::new(ErrorCode::PayloadTooLarge, "The body may have at most 64 KiB.");
    to_bytes(body, MAX_BYTES).await.map(Vec::from).map_err(too_large)
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}

/// An object's fields, and the names that occur more than once, whose meaning is undefined (RFC
/// 8259 §4).
struct Object {
    fields: Map<String, Value>,
    repeated: Vec<String>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut object = Object { fields: Map::new(), repeated: Vec::new() };
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if object.fields.insert(name.clone(), value).is_some() && !object.repeated.contains(&name) {
                object.repeated.push(name);
            }
        }
        Ok(object)
    }
}

fn fields(body: &[u8]) -> Result<Fields, ApiError> {
    let Object { fields, repeated } = object(body)?;
    Ok(Fields::with_repeated(fields, &repeated))
}

fn object(body: &[u8]) -> Result<Object, ApiError> {
    // serde_json limits the depth to 128, so `depth` cannot exhaust the stack.
    match serde_json::from_slice(body) {
        Ok(Object { fields, .. }) if 1 + fields.values().map(depth).max().unwrap_or_default() > MAX_DEPTH => {
            Err(ApiError::bad_request("The body is nested more than 32 levels deep."))
        }
        Ok(object) => Ok(object),
        Err(error) if error.is_data() => Err(ApiError::bad_request("The body must be a JSON object.")),
        Err(_) => Err(ApiError::bad_request("The body is not valid JSON.")),
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &[u8]) -> Result<usize, ErrorCode> {
        object(body).map(|object| object.fields.len()).map_err(|error| error.code)
    }

    #[test]
    fn an_object_is_parsed() {
        assert_eq!(code(br#"{"a": 1, "b": "\ud83d\ude00"}"#), Ok(2));
    }

    #[test]
    fn a_body_that_is_not_a_utf8_json_object_is_a_bad_request() {
        let bodies: [&[u8]; 9] = [
            b"",
            b"{",
            b"[]",
            b"null",
            b"\"text\"",
            b"{\"a\":1}x",
            b"{\"a\":\"\\ud800\"}",
            b"{\"a\":\"\xff\"}",
            b"{\"a\":\"\x00\"}",
        ];
        for body in bodies {
            assert_eq!(code(body), Err(ErrorCode::BadRequest), "{body:?}");
        }
    }

    #[test]
    fn nesting_is_limited_to_32_levels() {
        let nested = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        assert_eq!(code(nested(32).as_bytes()), Ok(1));
        assert_eq!(code(nested(33).as_bytes()), Err(ErrorCode::BadRequest));
        assert_eq!(code(nested(10_000).as_bytes()), Err(ErrorCode::BadRequest));
    }

    #[test]
    fn parameters_of_the_media_type_are_ignored() {
        let is = |text: &str| is_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, text.parse().unwrap())]));
        assert!(is("application/json") && is("Application/JSON; charset=utf-8"));
        assert!(!is("text/plain") && !is("application/jsonp") && !is_json(&HeaderMap::new()));
    }
}
