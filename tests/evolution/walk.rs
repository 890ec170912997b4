//! A walk over all routes. Each kind of resource is created, read, changed, listed, replayed with
//! its idempotency key and removed. Some of each kind remain at the end.

mod accounts;
mod administration;
mod customers;
mod favorites;
mod lists;

use http::Method;
use serde_json::{Value, json};

use super::api::{Api, ApiRequest, settle};
use crate::support::{app::PASSWORD, fake_catalog::FakeCatalog, response::TestResponse};

/// A signed-in account.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

/// A walk. The name is part of all e-mail addresses, so that one table can hold several walks.
pub(crate) struct Walk<'a, A> {
    pub(crate) api: &'a A,
    pub(crate) catalog: &'a FakeCatalog,
    pub(crate) name: &'a str,
}

impl<A: Api> Walk<'_, A> {
    /// Runs the walk. Returns the messages that were sent.
    pub(crate) async fn go(&self) -> Vec<Value> {
        let mut messages = Vec::new();
        let ada = self.accounts().await;
        self.watchlist(&ada).await;
        let customer = self.customers(&ada).await;
        messages.extend(settle(self.api).await);
        messages.extend(self.favorites(&ada, &customer).await);
        messages.extend(settle(self.api).await);
        self.administration(&ada).await;
        messages.extend(settle(self.api).await);
        self.check_counters().await;
        messages
    }

    async fn send(&self, request: ApiRequest) -> TestResponse {
        self.api.send(request).await
    }

    async fn register(&self, name: &str, key: Option<&str>) -> TestResponse {
        let request = ApiRequest::post("/v1/auth/register", json!({"email": self.email(name), "password": PASSWORD}));
        self.send(match key {
            Some(key) => request.key(key),
            None => request,
        })
        .await
    }

    pub(crate) async fn sign_in(&self, name: &str) -> Person {
        let email = self.email(name);
        let request = ApiRequest::post("/v1/auth/login", json!({"email": email, "password": PASSWORD}));
        let answer = self.send(request.header("user-agent", "a walk")).await;
        let token = |kind: &str| answer.expect(200)[kind].as_str().unwrap().to_owned();
        let (token, refresh_token) = (token("access_token"), token("refresh_token"));
        let me = self.send(ApiRequest::get("/v1/auth/me").bearer(&token)).await;
        let id = me.expect(200)["id"].as_str().unwrap().to_owned();
        Person { id, email, token, refresh_token }
    }

    pub(super) async fn person(&self, name: &str) -> Person {
        self.register(name, None).await.expect(201);
        self.sign_in(name).await
    }

    fn email(&self, name: &str) -> String {
        format!("{name}.{}@example.com", self.name)
    }

    /// Sends a request with an idempotency key twice. The second response is a replay of the first.
    async fn twice(&self, request: ApiRequest) -> Value {
        let first = self.send(request.clone()).await;
        let again = self.send(request).await;
        assert_eq!(again.expect(201), first.expect(201));
        assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
        assert_eq!(again.header("location"), first.header("location"));
        first.body
    }

    /// Returns the entries of all pages of a list.
    async fn pages(&self, who: &Person, path: &str, entries: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.send(ApiRequest::get(format!("{path}{cursor}")).bearer(&who.token)).await;
            all.extend(page.expect(200)[entries].as_array().unwrap().clone());
            let Some(next) = page.body["next_cursor"].as_str() else { return all };
            cursor = format!("&cursor={next}");
        }
    }

    async fn check_counters(&self) {
        let admin = self.sign_in("boss").await;
        settle(self.api).await;
        let stats = self.send(ApiRequest::get("/v1/admin/stats").bearer(&admin.token)).await;
        let items = self.api.app().dynamo.all_items();
        let ends_with = |item: &Value, name: &str, end: &str| item[name]["S"].as_str().unwrap().ends_with(end);
        let count = |name: &str, end: &str| items.iter().filter(|item| ends_with(item, name, end)).count();
        let counts = [
            ("users", count("sk", "PROFILE")),
            ("watchlist_items", count("pk", "#WATCHLIST")),
            ("customers", count("sk", "OWNER")),
            ("favorites", count("pk", "#FAVORITES")),
            ("audit_events", items.iter().filter(|item| item.get("audit_shard").is_some()).count()),
        ];
        for (what, count) in counts {
            assert_eq!(stats.expect(200)[what], count, "{what}");
        }
    }
}

fn patch(path: &str, body: Value) -> ApiRequest {
    ApiRequest::new(Method::PATCH, path).json(body)
}

fn texts(values: &[Value], name: &str) -> Vec<String> {
    values.iter().map(|value| value[name].as_str().unwrap().to_owned()).collect()
}
