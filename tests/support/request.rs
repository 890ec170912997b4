use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Request, header};
use serde_json::Value;
use shared::http::SourceIp;

use super::{answer::Answer, app::TestApp, document::Asked};

/// A request to be sent.
pub(crate) struct Call<'a> {
    app: &'a TestApp,
    request: Request<Body>,
}

impl<'a> Call<'a> {
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

    /// From another address than the usual one.
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

    /// Sends it to the function whose route it matches.
    pub(crate) async fn send(self) -> Answer {
        let function = self.app.function_for(self.request.method(), self.request.uri().path());
        self.send_to(function).await
    }

    /// Sends it to the API's own address where clients have another one (`tests/edge.rs`): the API's document, which is for
    /// clients, says nothing of what is answered there.
    pub(crate) async fn send_past_the_edge(self) -> Answer {
        let function = self.app.function_for(self.request.method(), self.request.uri().path());
        Answer::read(self.app.invoke(function, self.request).await).await
    }

    /// Sends it and says how many bytes the body has on its way.
    pub(crate) async fn size(self) -> usize {
        let function = self.app.function_for(self.request.method(), self.request.uri().path());
        let body = self.app.invoke(function, self.request).await.into_body();
        axum::body::to_bytes(body, usize::MAX).await.unwrap().len()
    }

    /// Sends it to a function, whatever its routes are. An answer of the function whose route it is must be one that the API's
    /// document knows.
    pub(crate) async fn send_to(self, function: &str) -> Answer {
        let is_its_route = self.app.function_for(self.request.method(), self.request.uri().path()) == function;
        let (asked, request) = Asked::note(self.request).await;
        let answer = Answer::read(self.app.invoke(function, request).await).await;
        if is_its_route {
            asked.check(&answer);
        }
        answer
    }
}

/// A route's path with an id that is nobody's in the place of each parameter.
pub(crate) fn with_ids(path: &str) -> String {
    let is_parameter = |part: &str| part.starts_with('{');
    let part = |part| if is_parameter(part) { "0190a0a0-0000-7000-8000-000000000000" } else { part };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
