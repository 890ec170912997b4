use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Request, header};
use serde_json::Value;
use shared::http::SourceIp;

use super::{app::TestApp, document::RecordedRequest, response::TestResponse};

/// A request to the API. The builder sends it to a function.
pub(crate) struct TestRequest<'a> {
    app: &'a TestApp,
    request: Request<Body>,
}

impl<'a> TestRequest<'a> {
    pub(crate) fn new(app: &'a TestApp, method: Method, path: &str) -> Self {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        Self { app, request }
    }

    pub(crate) fn app(&self) -> &'a TestApp {
        self.app
    }

    pub(crate) fn header(mut self, name: impl TryInto<HeaderName>, value: &str) -> Self {
        self.request
            .headers_mut()
            .append(name.try_into().ok().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header(header::AUTHORIZATION, &format!("Bearer {token}"))
    }

    /// Sets the client's IP address.
    pub(crate) fn source(mut self, ip: [u8; 4]) -> Self {
        self.request.extensions_mut().insert(SourceIp(ip.into()));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header(header::CONTENT_TYPE, "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Sends the request to the function whose route it matches.
    pub(crate) async fn send(self) -> TestResponse {
        let function = self.app.function_for(self.request.method(), self.request.uri().path());
        self.send_to(function).await
    }

    /// Sends the request to the API's own URL instead of CloudFront's (`tests/edge.rs`). The
    /// OpenAPI document does not describe the response.
    pub(crate) async fn send_bypassing_cloudfront(self) -> TestResponse {
        let function = self.app.function_for(self.request.method(), self.request.uri().path());
        TestResponse::read(self.app.invoke(function, self.request).await).await
    }

    /// Sends the request and returns the size of the encoded body in bytes.
    pub(crate) async fn body_size(self) -> usize {
        let function = self.app.function_for(self.request.method(), self.request.uri().path());
        let body = self.app.invoke(function, self.request).await.into_body();
        axum::body::to_bytes(body, usize::MAX).await.unwrap().len()
    }

    /// Sends the request to a function. If the function has the route, the response is checked
    /// against the OpenAPI document.
    pub(crate) async fn send_to(self, function: &str) -> TestResponse {
        let has_route = self.app.function_for(self.request.method(), self.request.uri().path()) == function;
        let (recorded, request) = RecordedRequest::record(self.request).await;
        let response = TestResponse::read(self.app.invoke(function, request).await).await;
        if has_route {
            recorded.check(&response);
        }
        response
    }
}

/// Returns a route's path with an unknown id for each parameter.
pub(crate) fn with_unknown_ids(path: &str) -> String {
    let is_parameter = |part: &str| part.starts_with('{');
    let fill = |part| if is_parameter(part) { "0190a0a0-0000-7000-8000-000000000000" } else { part };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}
