//! A client that knows at all times what it has been told, and writes it into the ledger.

use std::time::{Duration, Instant};

use http::Method;
use reqwest::header::USER_AGENT;
use serde_json::{Value, json};

use super::ledger::{Ledger, Mutation, Outcome};
use crate::{
    journey::walk::PASSWORD,
    support::{answer::Answer, document::Asked, stack::Stack},
};

/// Longer than any answer takes, and shorter than a hang.
const PATIENCE: Duration = Duration::from_secs(30);
/// Tried so often without an answer, something is broken for good.
const ATTEMPTS: usize = 20;

/// Somebody with an account.
pub(crate) struct Person<'a> {
    http: reqwest::Client,
    base: String,
    ledger: &'a Ledger,
    user_agent: String,
    token: String,
    /// How long it waits for an answer about its watchlist.
    patience: Duration,
    pub(crate) email: String,
    pub(crate) id: String,
}

/// What to ask for.
struct Question<'a> {
    action: &'static str,
    method: Method,
    path: &'a str,
    body: Option<Value>,
    /// The thing that it is about, when the client knows it beforehand.
    target: Option<&'a str>,
    /// The status when it is done.
    done: u16,
}

impl<'a> Person<'a> {
    /// With a new account, signed in.
    pub(crate) async fn sign_up(stack: &Stack, ledger: &'a Ledger, name: &str, user_agent: &str) -> Self {
        let mut person = Self {
            http: reqwest::Client::new(),
            base: format!("http://127.0.0.1:{}", stack.api_port()),
            ledger,
            user_agent: user_agent.to_owned(),
            token: String::new(),
            patience: PATIENCE,
            email: format!("{name}@example.com"),
            id: String::new(),
        };
        let credentials = json!({"email": person.email, "password": PASSWORD});
        let account = person.create("auth.registered", "/v1/auth/register", credentials, |body| &body["id"]).await;
        person.id = account["id"].as_str().unwrap().to_owned();
        person.log_in().await;
        person
    }

    /// Waits no longer than this for an answer about its watchlist: `cargo lambda watch` never answers who asked a function
    /// that was killed.
    pub(crate) fn give_up_after(&mut self, patience: Duration) {
        self.patience = patience;
    }

    pub(crate) async fn log_in(&mut self) {
        let body = Some(json!({"email": self.email, "password": PASSWORD}));
        let (action, path) = ("auth.logged_in", "/v1/auth/login");
        let login = Question { action, method: Method::POST, path, body, target: None, done: 200 };
        let answer = self.insist(login).await.unwrap();
        answer.body["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    /// The id of the item.
    pub(crate) async fn add(&self, title: &str) -> String {
        let (action, path) = ("watchlist.item_added", "/v1/watchlists/items");
        let body = json!({"title": title, "type": "movie"});
        let added = self.create(action, path, body, |body| &body["item"]["id"]).await;
        added["item"]["id"].as_str().unwrap().to_owned()
    }

    /// Tries to add what cannot be.
    pub(crate) async fn try_to_add(&self, title: &str) {
        let body = json!({"title": title, "type": "movie"});
        let (request_id, answer) = self.ask(&Method::POST, "/v1/watchlists/items", Some(&body), None).await;
        answer.expect("no answer").expect_problem(422, "VALIDATION_ERROR");
        self.note("watchlist.item_added", vec![request_id], None, Outcome::Refused);
    }

    pub(crate) async fn rename(&self, item: &str, title: &str) {
        let path = &format!("/v1/watchlists/items/{item}");
        let body = Some(json!({ "title": title }));
        let action = "watchlist.item_updated";
        self.insist(Question { action, method: Method::PATCH, path, body, target: Some(item), done: 200 }).await;
    }

    pub(crate) async fn remove(&self, item: &str) {
        let path = &format!("/v1/watchlists/items/{item}");
        let action = "watchlist.item_removed";
        self.insist(Question { action, method: Method::DELETE, path, body: None, target: Some(item), done: 204 }).await;
    }

    /// Reads something, which must work.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(&Method::GET, path, None, None).await.1.expect("no answer")
    }

    /// Reads a table: the answer, whatever it is.
    pub(crate) async fn get_csv(&self, path: &str) -> reqwest::Response {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        request.header("accept", "text/csv").timeout(PATIENCE).send().await.unwrap()
    }

    /// Asks with one idempotency key until there is an answer. `target` finds the new thing's id in it.
    async fn create(&self, action: &'static str, path: &str, body: Value, target: fn(&Value) -> &Value) -> Value {
        let (key, mut request_ids) = (self.ledger.request_id(), Vec::new());
        for _ in 0..ATTEMPTS {
            let (request_id, answer) = self.ask(&Method::POST, path, Some(&body), Some(&key)).await;
            request_ids.push(request_id);
            if let Some(answer) = answer {
                let id = target(answer.expect(201)).as_str().unwrap().to_owned();
                self.note(action, request_ids, Some(id), Outcome::Acknowledged);
                return answer.body;
            }
        }
        panic!("{action}: no answer to {request_ids:?}");
    }

    /// Asks anew until there is an answer. None when what was to be removed is gone, perhaps by an earlier attempt.
    async fn insist(&self, question: Question<'_>) -> Option<Answer> {
        let Question { action, method, path, body, target, done } = question;
        for attempt in 0..ATTEMPTS {
            let (request_id, answer) = self.ask(&method, path, body.as_ref(), None).await;
            let note = |outcome| self.note(action, vec![request_id], target.map(str::to_owned), outcome);
            match answer {
                None => note(Outcome::Unknown),
                Some(answer) if answer.status == 404 && method == Method::DELETE && attempt > 0 => {
                    note(Outcome::Refused);
                    return None;
                }
                Some(answer) => {
                    answer.expect(done);
                    note(Outcome::Acknowledged);
                    return Some(answer);
                }
            }
        }
        panic!("{action}: no answer in {ATTEMPTS} attempts");
    }

    fn note(&self, action: &'static str, request_ids: Vec<String>, target: Option<String>, outcome: Outcome) {
        self.ledger.note(Mutation { action, request_ids, target, outcome });
    }

    /// The request's id and its answer, if one came. No fault of this test is one that a function may answer with a 5xx.
    async fn ask(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> (String, Option<Answer>) {
        let request_id = self.ledger.request_id();
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(&self.token);
        request = request.header("x-request-id", &request_id).header(USER_AGENT, &self.user_agent);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let patience = if path.starts_with("/v1/watchlists") { self.patience } else { PATIENCE };
        let asked = Instant::now();
        let answered = async {
            let response = request.timeout(patience).send().await.ok()?;
            let (status, headers) = (response.status(), response.headers().clone());
            // What has no id is no answer of a function.
            headers.get("x-request-id")?;
            let answer = Answer::checked(status, headers, &response.bytes().await.ok()?);
            Asked::at(method.clone(), path, body).check(&answer);
            Some(answer)
        };
        let answer = answered.await;
        match &answer {
            None => self.ledger.not_answered(),
            Some(answer) => {
                self.ledger.answered_after(asked.elapsed());
                assert!(answer.status.as_u16() < 500, "{method} {path}: {}: {:#}", answer.status, answer.body);
            }
        }
        (request_id, answer)
    }
}
