use http::Method;
use serde_json::Value;

use crate::support::{answer::Answer, document::Asked};

/// An HTTP client of the stack. Every answer is checked for what every answer must have.
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
}

impl Client {
    pub(crate) fn new(port: u16) -> Self {
        // Longer than any answer takes, and shorter than a hang.
        let timeout = std::time::Duration::from_secs(30);
        let http = reqwest::Client::builder().timeout(timeout).redirect(reqwest::redirect::Policy::none());
        Self { http: http.build().unwrap(), base: format!("http://127.0.0.1:{port}") }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let (asked_method, asked_body) = (method.clone(), body.clone());
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let answer = Answer::checked(status, headers, &response.bytes().await.unwrap());
        Asked::at(asked_method, path, asked_body.as_ref()).check(&answer);
        answer
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(Method::GET, path, token, None).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Answer {
        self.send(Method::POST, path, token, Some(body)).await
    }
}
