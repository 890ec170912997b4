use http::Method;
use serde_json::Value;
use shared::http::route::Route;

use super::template::example_event;

/// The request in the example event of a function.
pub(crate) struct ExampleRequest {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

impl ExampleRequest {
    /// Returns `None` if the example event of the route's function is for another of its routes.
    pub(crate) fn of(route: &Route) -> Option<Self> {
        let event: Value = serde_json::from_str(&example_event(route.function)).unwrap();
        if event["routeKey"] != format!("{} {}", route.method, route.path) {
            return None;
        }
        let query = event["rawQueryString"].as_str().filter(|query| !query.is_empty());
        let path =
            event["rawPath"].as_str().unwrap().to_owned() + &query.map(|it| format!("?{it}")).unwrap_or_default();
        let body = event["body"].as_str().map(|body| serde_json::from_str(body).unwrap());
        Some(Self { method: route.method.clone(), path, body })
    }
}
