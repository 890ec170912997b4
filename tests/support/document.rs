//! Checks every response in the tests against the OpenAPI document, `web/openapi.json`. An
//! undocumented status, media type, body member or header fails the test, and so does an accepted
//! request that the document does not allow.

use std::{
    collections::HashMap,
    fs,
    sync::{LazyLock, OnceLock},
};

use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, Uri, header};
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::{response::TestResponse, template::project_file};

mod closed;
mod lookup;
#[cfg(test)]
mod tests;

use lookup::{media_type, operation_at, values_of};

/// The methods of operations, as in the document.
pub(crate) const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// Returns the stored document.
pub(crate) fn stored() -> &'static Value {
    static STORED: LazyLock<Value> = LazyLock::new(|| {
        let text = fs::read_to_string(project_file("web/openapi.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    });
    &STORED
}

/// The parts of a request that the document describes.
#[derive(Debug, Clone)]
pub(crate) struct RecordedRequest {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl RecordedRequest {
    /// Records a request and returns it for sending.
    pub(crate) async fn record(request: Request<Body>) -> (Self, Request<Body>) {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), parts.headers.clone());
        (Self { method, uri, headers, body: body.to_vec() }, Request::from_parts(parts, body.into()))
    }

    /// Creates the record of a request with a JSON body.
    pub(crate) fn new(method: Method, path: &str, body: Option<&Value>) -> Self {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        Self { method, uri: path.parse().unwrap(), headers: HeaderMap::new(), body }
    }

    /// Fails the test unless the response conforms to the document. Requests without an operation
    /// are not checked.
    #[track_caller]
    pub(crate) fn check(&self, response: &TestResponse) {
        let Some(operation) = operation_at(&self.method, self.uri.path()) else { return };
        let violations = violations(operation, self, response);
        assert!(
            violations.is_empty(),
            "the response to {} {} has status {} and violates web/openapi.json:\n{}\n{:#}",
            self.method,
            self.uri,
            response.status,
            violations.join("\n"),
            response.body
        );
    }
}

fn violations(operation: &'static Value, request: &RecordedRequest, response: &TestResponse) -> Vec<String> {
    let documented = resolved(&operation["responses"][response.status.as_str()]);
    if documented.is_null() {
        return vec![format!("the status {} is not documented", response.status)];
    }
    let mut violations = header_violations(documented, &response.headers);
    violations.extend(body_violations(documented, response));
    if response.status.is_success() {
        violations.extend(request_violations(operation, request));
        // OpenAPI cannot express this for errors: a response without a valid token has no rate
        // limit headers.
        if !documented["headers"]["RateLimit"].is_null() && !response.headers.contains_key("ratelimit") {
            violations.push("the rate limit headers are missing".to_owned());
        }
    }
    violations
}

/// A required header must be present. A header that the document knows may be present only where it
/// is documented.
fn header_violations(documented: &'static Value, sent: &HeaderMap) -> Vec<String> {
    let known = stored()["components"]["headers"].as_object().unwrap();
    let header = |name: &str| &documented["headers"][name];
    let is_missing =
        |name: &&String| resolved(header(name.as_str()))["required"] == true && !sent.contains_key(name.as_str());
    let is_undocumented = |name: &&String| {
        let is_default = *name == "Cache-Control" && sent[header::CACHE_CONTROL] == "no-store";
        sent.contains_key(name.as_str()) && header(name.as_str()).is_null() && !is_default
    };
    let missing = known.keys().filter(is_missing).map(|name| format!("the header {name} is missing"));
    let undocumented = known.keys().filter(is_undocumented).map(|name| format!("the header {name} is not documented"));
    missing.chain(undocumented).collect()
}

fn body_violations(documented: &'static Value, response: &TestResponse) -> Vec<String> {
    let contents = &documented["content"];
    if response.body.is_null() {
        return if contents.is_null() { Vec::new() } else { vec!["the body is missing".to_owned()] };
    }
    let media_type = media_type(&response.headers);
    match &contents[media_type] {
        Value::Null => vec![format!("a body of the type {media_type:?} is not documented")],
        content => schema_violations("response", &content["schema"], &response.body),
    }
}

/// An accepted request must conform to the document.
fn request_violations(operation: &'static Value, request: &RecordedRequest) -> Vec<String> {
    let mut violations = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten().map(resolved) {
        let values = values_of(parameter, request);
        violations.extend(values.iter().flat_map(|value| schema_violations("parameter", &parameter["schema"], value)));
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match serde_json::from_slice(&request.body) {
        Ok(body) if !schema.is_null() => violations.extend(schema_violations("request", schema, &body)),
        Err(_) if operation["requestBody"]["required"] == true => violations.push("the request has no body".to_owned()),
        _ => {}
    }
    violations
}

fn schema_violations(kind: &str, schema: &Value, value: &Value) -> Vec<String> {
    let errors = validator(schema).iter_errors(value);
    errors.map(|error| format!("{kind}: {}: {error}", error.instance_path())).collect()
}

/// The schema's validator, made when it is first request for and then kept for all tests.
fn validator(schema: &Value) -> &'static Validator {
    static VALIDATORS: LazyLock<HashMap<String, OnceLock<Validator>>> =
        LazyLock::new(|| lookup::schemas().map(|schema| (schema.to_string(), OnceLock::new())).collect());
    VALIDATORS[&schema.to_string()].get_or_init(|| {
        let root = json!({"components": closed::components(), "allOf": [closed::schema(schema)]});
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        options.build(&root).unwrap()
    })
}

/// Resolves a `$ref`.
fn resolved(value: &'static Value) -> &'static Value {
    let Some(reference) = value["$ref"].as_str() else { return value };
    stored().pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} does not exist"))
}
