//! The API's document, `web/openapi.json`, as a judge: every answer that a test gets must be in it. A status, a media type, a
//! member of a body or a header that it does not name fails the test, and so does a request that was accepted although the
//! document would not have it.

use std::{
    collections::HashMap,
    fs,
    sync::{LazyLock, OnceLock},
};

use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, Uri, header};
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::{answer::Answer, template::project_file};

mod closed;
mod parts;
#[cfg(test)]
mod tests;

use parts::{fits, media_type, operation_at};

/// The methods of operations, as the document writes them.
pub(crate) const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// The document as it is stored.
pub(crate) fn stored() -> &'static Value {
    static STORED: LazyLock<Value> = LazyLock::new(|| {
        let text = fs::read_to_string(project_file("web/openapi.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    });
    &STORED
}

/// A request as far as the document has something to say of it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    /// Notes the request, and gives it back to be sent.
    pub(crate) async fn note(request: Request<Body>) -> (Self, Request<Body>) {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), parts.headers.clone());
        (Self { method, uri, headers, body: body.to_vec() }, Request::from_parts(parts, body.into()))
    }

    /// A request with a method, a path and a body.
    pub(crate) fn at(method: Method, path: &str, body: Option<&Value>) -> Self {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        Self { method, uri: path.parse().unwrap(), headers: HeaderMap::new(), body }
    }

    /// Fails the test when the answer is not one that the document knows. What is no operation of the API has nothing to be
    /// compared with.
    #[track_caller]
    pub(crate) fn check(&self, answer: &Answer) {
        let Some(operation) = operation_at(&self.method, self.uri.path()) else { return };
        let faults = faults(operation, self, answer);
        assert!(
            faults.is_empty(),
            "{} {} was answered with {}, and web/openapi.json does not say so:\n{}\n{:#}",
            self.method,
            self.uri,
            answer.status,
            faults.join("\n"),
            answer.body
        );
    }
}

fn faults(operation: &'static Value, asked: &Asked, answer: &Answer) -> Vec<String> {
    let response = resolved(&operation["responses"][answer.status.as_str()]);
    if response.is_null() {
        return vec![format!("the status {} is not documented", answer.status)];
    }
    let mut faults = header_faults(response, &answer.headers);
    faults.extend(body_faults(response, answer));
    if answer.status.is_success() {
        faults.extend(request_faults(operation, asked));
        // The document cannot say it of a status alone: an answer without a good token has none.
        if !response["headers"]["RateLimit"].is_null() && !answer.headers.contains_key("ratelimit") {
            faults.push("nothing says what is left of the quota".to_owned());
        }
    }
    faults
}

/// What is documented as always there must be there; and whatever the document has a name for may only be sent where it is
/// documented.
fn header_faults(response: &'static Value, sent: &HeaderMap) -> Vec<String> {
    let known = stored()["components"]["headers"].as_object().unwrap();
    let documented = |name: &str| &response["headers"][name];
    let missing =
        |name: &&String| resolved(documented(name.as_str()))["required"] == true && !sent.contains_key(name.as_str());
    let not_said = |name: &&String| {
        let is_usual = *name == "Cache-Control" && sent[header::CACHE_CONTROL] == "no-store";
        sent.contains_key(name.as_str()) && documented(name.as_str()).is_null() && !is_usual
    };
    let missing = known.keys().filter(missing).map(|name| format!("the header {name} is missing"));
    missing.chain(known.keys().filter(not_said).map(|name| format!("the header {name} is not documented"))).collect()
}

fn body_faults(response: &'static Value, answer: &Answer) -> Vec<String> {
    let contents = &response["content"];
    if answer.body.is_null() {
        return if contents.is_null() { Vec::new() } else { vec!["the body is missing".to_owned()] };
    }
    let media_type = media_type(&answer.headers);
    match &contents[media_type] {
        Value::Null => vec![format!("a body of the type {media_type:?} is not documented")],
        content => faults_of("answer", &content["schema"], &answer.body),
    }
}

/// What was accepted must be what the document says is accepted.
fn request_faults(operation: &'static Value, asked: &Asked) -> Vec<String> {
    let mut faults = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten().map(resolved) {
        let values = fits(parameter, asked);
        faults.extend(values.iter().flat_map(|value| faults_of("parameter", &parameter["schema"], value)));
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match serde_json::from_slice(&asked.body) {
        Ok(body) if !schema.is_null() => faults.extend(faults_of("request", schema, &body)),
        Err(_) if operation["requestBody"]["required"] == true => faults.push("it had no body".to_owned()),
        _ => {}
    }
    faults
}

fn faults_of(what: &str, schema: &Value, value: &Value) -> Vec<String> {
    let faults = validator(schema).iter_errors(value);
    faults.map(|fault| format!("{what}: {}: {fault}", fault.instance_path())).collect()
}

/// The schema's validator, made when it is first asked for and then kept for all tests.
fn validator(schema: &Value) -> &'static Validator {
    static VALIDATORS: LazyLock<HashMap<String, OnceLock<Validator>>> =
        LazyLock::new(|| parts::schemas().map(|schema| (schema.to_string(), OnceLock::new())).collect());
    VALIDATORS[&schema.to_string()].get_or_init(|| {
        let root = json!({"components": closed::components(), "allOf": [closed::schema(schema)]});
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        options.build(&root).unwrap()
    })
}

/// What a `$ref` stands for.
fn resolved(value: &'static Value) -> &'static Value {
    let Some(reference) = value["$ref"].as_str() else { return value };
    stored().pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}
