//! What clients do, over all routes: each kind of thing is made, read, changed, listed, asked for again with its idempotency
//! key and removed, each by a request of its own. Some of each kind is left in the end.

mod accounts;
mod administration;
mod customers;
mod favorites;
mod lists;

use http::Method;
use serde_json::{Value, json};

use super::api::{Api, Asked, settle};
use crate::support::{answer::Answer, app::PASSWORD, shop::Shop};

/// An account that is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

/// One walk: over what, with which catalogue, and what its names begin with, so that one table has room for several.
pub(crate) struct Walk<'a, A> {
    pub(crate) api: &'a A,
    pub(crate) shop: &'a Shop,
    pub(crate) name: &'a str,
}

impl<A: Api> Walk<'_, A> {
    /// All of it. Gives what the messages said that were sent.
    pub(crate) async fn go(&self) -> Vec<Value> {
        let mut said = Vec::new();
        let ada = self.accounts().await;
        self.watchlist(&ada).await;
        let customer = self.customers(&ada).await;
        said.extend(settle(self.api).await);
        said.extend(self.favorites(&ada, &customer).await);
        said.extend(settle(self.api).await);
        self.administration(&ada).await;
        said.extend(settle(self.api).await);
        self.the_counters_say_what_is_there().await;
        said
    }

    async fn send(&self, asked: Asked) -> Answer {
        self.api.send(asked).await
    }

    async fn register(&self, name: &str, key: Option<&str>) -> Answer {
        let asked = Asked::post("/v1/auth/register", json!({"email": self.email(name), "password": PASSWORD}));
        self.send(match key {
            Some(key) => asked.key(key),
            None => asked,
        })
        .await
    }

    pub(super) async fn sign_in(&self, name: &str) -> Person {
        let email = self.email(name);
        let asked = Asked::post("/v1/auth/login", json!({"email": email, "password": PASSWORD}));
        let answer = self.send(asked.header("user-agent", "a walk")).await;
        let token = |kind: &str| answer.expect(200)[kind].as_str().unwrap().to_owned();
        let (token, refresh_token) = (token("access_token"), token("refresh_token"));
        let me = self.send(Asked::get("/v1/auth/me").bearer(&token)).await;
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

    /// Asks with a key, and again: the second answer is the first.
    async fn twice(&self, asked: Asked) -> Value {
        let first = self.send(asked.clone()).await;
        let again = self.send(asked).await;
        assert_eq!(again.expect(201), first.expect(201));
        assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
        assert_eq!(again.header("location"), first.header("location"));
        first.body
    }

    /// All pages of a list, each behind the cursor that the one before gave.
    async fn pages(&self, who: &Person, path: &str, entries: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.send(Asked::get(format!("{path}{cursor}")).bearer(&who.token)).await;
            all.extend(page.expect(200)[entries].as_array().unwrap().clone());
            let Some(next) = page.body["next_cursor"].as_str() else { return all };
            cursor = format!("&cursor={next}");
        }
    }

    async fn the_counters_say_what_is_there(&self) {
        let admin = self.sign_in("boss").await;
        settle(self.api).await;
        let stats = self.send(Asked::get("/v1/admin/stats").bearer(&admin.token)).await;
        let items = self.api.app().dynamo.all_items();
        let ends = |item: &Value, name: &str, end: &str| item[name]["S"].as_str().unwrap().ends_with(end);
        let count = |name: &str, end: &str| items.iter().filter(|item| ends(item, name, end)).count();
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

fn patch(path: &str, body: Value) -> Asked {
    Asked::new(Method::PATCH, path).json(body)
}

fn texts(values: &[Value], name: &str) -> Vec<String> {
    values.iter().map(|value| value[name].as_str().unwrap().to_owned()).collect()
}
