use std::{collections::HashMap, sync::LazyLock};

use http::{HeaderMap, Method, header};
use serde_json::Value;

use super::{METHODS, RecordedRequest, resolved, stored};

/// Returns the operation of a method and path. A trailing slash makes no difference.
pub(super) fn operation_at(method: &Method, path: &str) -> Option<&'static Value> {
    static PATHS: LazyLock<matchit::Router<&'static Value>> = LazyLock::new(|| {
        let mut router = matchit::Router::new();
        for (path, item) in stored()["paths"].as_object().unwrap() {
            router.insert(path.clone(), item).unwrap();
        }
        router
    });
    let path = path.strip_suffix('/').unwrap_or(path);
    let item = PATHS.at(path).ok()?.value;
    let method = METHODS.iter().find(|name| name.eq_ignore_ascii_case(method.as_str()))?;
    Some(&item[*method]).filter(|operation| !operation.is_null())
}

/// Returns the media type without its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap()).unwrap_or_default();
    value.split(';').next().unwrap_or_default()
}

/// Returns the request's values of a query or header parameter, as JSON.
pub(super) fn values_of(parameter: &Value, request: &RecordedRequest) -> Vec<Value> {
    let name = parameter["name"].as_str().unwrap();
    let text = |value: &str| match parameter["schema"]["type"].as_str() {
        Some("integer") => value.parse::<i64>().map_or_else(|_| Value::from(value), Value::from),
        _ => Value::from(value),
    };
    match parameter["in"].as_str() {
        Some("query") => {
            let query: axum::extract::Query<HashMap<String, String>> =
                axum::extract::Query::try_from_uri(&request.uri).unwrap_or_default();
            query.get(name).map(|value| text(value)).into_iter().collect()
        }
        Some("header") => request.headers.get_all(name).iter().map(|value| text(value.to_str().unwrap())).collect(),
        _ => Vec::new(),
    }
}

/// Returns the schemas of all parameters, request bodies and responses.
pub(super) fn schemas() -> impl Iterator<Item = &'static Value> {
    let items = stored()["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| METHODS.iter().map(move |method| &item[*method]));
    operations.flat_map(|operation| {
        let parameters = operation["parameters"].as_array().into_iter().flatten().map(resolved);
        let responses = operation["responses"].as_object().into_iter().flat_map(|responses| responses.values());
        let bodies = responses.map(resolved).chain([&operation["requestBody"]]);
        let contents = bodies.flat_map(|body| body["content"].as_object().into_iter().flat_map(|all| all.values()));
        parameters.chain(contents).map(|described| &described["schema"])
    })
}
