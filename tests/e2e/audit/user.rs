//! A user whose client records every change and its outcome in the request log.

use std::time::{Duration, Instant};

use http::Method;
use reqwest::header::USER_AGENT;
use serde_json::{Value, json};

use super::request_log::{Mutation, Outcome, RequestLog};
use crate::{
    journey::scenarios::PASSWORD,
    support::{document::RecordedRequest, http_client::http_client, response::TestResponse, stack::Stack},
};

/// Longer than any response takes.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The number of attempts without a response after which the test fails.
const MAX_ATTEMPTS: usize = 20;

pub(crate) struct User<'a> {
    http: reqwest::Client,
    base: String,
    log: &'a RequestLog,
    agent: String,
    token: String,
    /// The timeout of requests to the watchlist.
    watchlist_timeout: Duration,
    pub(crate) email: String,
    pub(crate) id: String,
}

/// A change to request.
struct Change<'a> {
    action: &'static str,
    method: Method,
    path: &'a str,
    body: Option<Value>,
    /// The id of the resource, when the client knows it in advance.
    target: Option<&'a str>,
    /// The status of a success.
    success: u16,
}

impl<'a> User<'a> {
    /// Registers an account and signs in.
    pub(crate) async fn sign_up(stack: &Stack, log: &'a RequestLog, name: &str, user_agent: &str) -> Self {
        let mut user = Self {
            http: http_client(),
            base: format!("http://127.0.0.1:{}", stack.api_port()),
            log,
            agent: user_agent.to_owned(),
            token: String::new(),
            watchlist_timeout: REQUEST_TIMEOUT,
            email: format!("{name}@example.com"),
            id: String::new(),
        };
        let credentials = json!({"email": user.email, "password": PASSWORD});
        let account = user.create("auth.registered", "/v1/auth/register", credentials, |body| &body["id"]).await;
        user.id = account["id"].as_str().unwrap().to_owned();
        user.log_in().await;
        user
    }

    /// Sets the timeout of requests to the watchlist. `cargo lambda watch` never responds when the
    /// function was killed.
    pub(crate) fn set_watchlist_timeout(&mut self, timeout: Duration) {
        self.watchlist_timeout = timeout;
    }

    pub(crate) async fn log_in(&mut self) {
        let body = Some(json!({"email": self.email, "password": PASSWORD}));
        let (action, path) = ("auth.logged_in", "/v1/auth/login");
        let login = Change { action, method: Method::POST, path, body, target: None, success: 200 };
        let response = self.repeat_until_answered(login).await.unwrap();
        response.body["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    /// Adds an item and returns its id.
    pub(crate) async fn add(&self, title: &str) -> String {
        let (action, path) = ("watchlist.item_added", "/v1/watchlists/items");
        let body = json!({"title": title, "type": "movie"});
        let added = self.create(action, path, body, |body| &body["item"]["id"]).await;
        added["item"]["id"].as_str().unwrap().to_owned()
    }

    /// Tries to add an item with an invalid title.
    pub(crate) async fn add_rejected(&self, title: &str) {
        let body = json!({"title": title, "type": "movie"});
        let (request_id, response) = self.send(&Method::POST, "/v1/watchlists/items", Some(&body), None).await;
        response.expect("no response").expect_problem(422, "VALIDATION_ERROR");
        self.record("watchlist.item_added", vec![request_id], None, Outcome::Rejected);
    }

    pub(crate) async fn rename(&self, item: &str, title: &str) {
        let path = &format!("/v1/watchlists/items/{item}");
        let body = Some(json!({ "title": title }));
        let action = "watchlist.item_updated";
        self.repeat_until_answered(Change {
            action,
            method: Method::PATCH,
            path,
            body,
            target: Some(item),
            success: 200,
        })
        .await;
    }

    pub(crate) async fn remove(&self, item: &str) {
        let path = &format!("/v1/watchlists/items/{item}");
        let action = "watchlist.item_removed";
        self.repeat_until_answered(Change {
            action,
            method: Method::DELETE,
            path,
            body: None,
            target: Some(item),
            success: 204,
        })
        .await;
    }

    /// Sends a GET request. Panics without a response.
    pub(crate) async fn get(&self, path: &str) -> TestResponse {
        self.send(&Method::GET, path, None, None).await.1.expect("no response")
    }

    /// Requests CSV. The response is not checked.
    pub(crate) async fn get_csv(&self, path: &str) -> reqwest::Response {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        request.header("accept", "text/csv").timeout(REQUEST_TIMEOUT).send().await.unwrap()
    }

    /// Repeats a request with one idempotency key until there is a response. `target` selects the
    /// new resource's id in it.
    async fn create(&self, action: &'static str, path: &str, body: Value, target: fn(&Value) -> &Value) -> Value {
        let (key, mut request_ids) = (self.log.next_request_id(), Vec::new());
        for _ in 0..MAX_ATTEMPTS {
            let (request_id, response) = self.send(&Method::POST, path, Some(&body), Some(&key)).await;
            request_ids.push(request_id);
            if let Some(response) = response {
                let id = target(response.expect(201)).as_str().unwrap().to_owned();
                self.record(action, request_ids, Some(id), Outcome::Acknowledged);
                return response.body;
            }
        }
        panic!("{action}: no response to {request_ids:?}");
    }

    /// Repeats a change until there is a response. Returns `None` when a repeated deletion finds
    /// nothing: an earlier attempt may have succeeded.
    async fn repeat_until_answered(&self, change: Change<'_>) -> Option<TestResponse> {
        let Change { action, method, path, body, target, success } = change;
        for attempt in 0..MAX_ATTEMPTS {
            let (request_id, response) = self.send(&method, path, body.as_ref(), None).await;
            let record = |outcome| self.record(action, vec![request_id], target.map(str::to_owned), outcome);
            match response {
                None => record(Outcome::Unknown),
                Some(response) if response.status == 404 && method == Method::DELETE && attempt > 0 => {
                    record(Outcome::Rejected);
                    return None;
                }
                Some(response) => {
                    response.expect(success);
                    record(Outcome::Acknowledged);
                    return Some(response);
                }
            }
        }
        panic!("{action}: no response in {MAX_ATTEMPTS} attempts");
    }

    fn record(&self, action: &'static str, request_ids: Vec<String>, target: Option<String>, outcome: Outcome) {
        self.log.record(Mutation { action, request_ids, target, outcome });
    }

    /// Sends a request. Returns its id, and the response if there was one. No fault in this test
    /// may cause a 5xx.
    async fn send(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> (String, Option<TestResponse>) {
        let request_id = self.log.next_request_id();
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(&self.token);
        request = request.header("x-request-id", &request_id).header(USER_AGENT, &self.agent);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let timeout = if path.starts_with("/v1/watchlists") { self.watchlist_timeout } else { REQUEST_TIMEOUT };
        let sent_at = Instant::now();
        let answered = async {
            let response = request.timeout(timeout).send().await.ok()?;
            let (status, headers) = (response.status(), response.headers().clone());
            // A response without a request id does not come from a function.
            headers.get("x-request-id")?;
            let response = TestResponse::checked(status, headers, &response.bytes().await.ok()?);
            RecordedRequest::new(method.clone(), path, body).check(&response);
            Some(response)
        };
        let response = answered.await;
        match &response {
            None => self.log.record_unanswered(),
            Some(response) => {
                self.log.record_latency(sent_at.elapsed());
                assert!(response.status.as_u16() < 500, "{method} {path}: {}: {:#}", response.status, response.body);
            }
        }
        (request_id, response)
    }
}
