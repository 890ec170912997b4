//! Reads every item of a dataset through the routes and compares the responses with the stored
//! values.

mod accounts;
mod catalogue;
mod customers;
mod redis;
mod repeated;

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};

use super::{
    api::{Api, ApiRequest},
    fixtures, kinds,
};
use crate::support::{
    keys::{AUDIENCE, ISSUER},
    response::TestResponse,
    tokens::{self, UnsignedToken},
};

/// Reads a dataset that is in the table.
pub(crate) struct Reading<'a, A> {
    api: &'a A,
    /// The items, by kind.
    items: BTreeMap<&'static str, Vec<Value>>,
}

/// Stores a dataset and reads all of it.
pub(crate) async fn read_all<A: Api>(api: &A, dataset: Vec<Value>) {
    let mut items: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for item in dataset {
        api.app().dynamo.put(&item);
        items.entry(kinds::kind_of(&item)).or_default().push(item);
    }
    let reading = Reading { api, items };
    reading.redis().await;
    reading.accounts().await;
    reading.watchlists().await;
    reading.customers().await;
    reading.favorites().await;
    reading.products().await;
    reading.idempotency_records().await;
    reading.cursors().await;
    reading.trail().await;
    reading.refresh_round().await;
    reading.administrators().await;
    reading.refresh_token().await;
    reading.deleted_customers().await;
    reading.sign_in().await;
    reading.refresh_messages().await;
}

impl<A: Api> Reading<'_, A> {
    fn of(&self, kind: &str) -> &[Value] {
        self.items.get(kind).unwrap_or_else(|| panic!("no fixture of {kind}"))
    }

    /// Returns the items of a kind with this partition key, ordered by sort key.
    fn under(&self, kind: &str, pk: &str) -> Vec<&Value> {
        let mut found: Vec<&Value> = self.of(kind).iter().filter(|item| item["pk"]["S"] == pk).collect();
        found.sort_by_key(|item| text(item, "sk").to_owned());
        found
    }

    /// Signs a token of the user's session, with the claims of the newest token fixture.
    fn token(&self, user: &str) -> String {
        let sessions = self.under("session", &format!("USER#{user}"));
        let session = sessions.last().unwrap_or_else(|| panic!("{user} has no session"));
        let (now, app) = (self.api.now().as_second(), self.api.app());
        let role = self.under("user", &format!("USER#{user}"))[0]["role"]["S"].clone();
        let claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": user, "sid": after(session, "sk", "SESSION#"), "jti": "1", "iat": now - 1,
            "nbf": now - 1, "exp": now + 800, "role": role,
        });
        let header =
            Header { typ: Some("at+jwt".to_owned()), kid: Some(app.keys.kid()), ..Header::new(Algorithm::EdDSA) };
        tokens::sign(&app.keys, &UnsignedToken { header, claims })
    }

    async fn send_as(&self, user: &str, request: ApiRequest) -> TestResponse {
        self.api.send(request.bearer(&self.token(user))).await
    }

    async fn get(&self, user: &str, path: &str) -> Value {
        self.send_as(user, ApiRequest::get(path)).await.expect(200).clone()
    }

    /// Returns the ids of the users with a session.
    fn users(&self) -> Vec<String> {
        let users = self.of("user").iter().map(|user| after(user, "pk", "USER#").to_owned());
        users.filter(|user| !self.under("session", &format!("USER#{user}")).is_empty()).collect()
    }

    fn admin(&self) -> String {
        let is_admin = |id: &String| self.under("user", &format!("USER#{id}"))[0]["role"]["S"] == "admin";
        self.users().into_iter().find(is_admin).expect("no fixture of an administrator with a session")
    }
}

/// Returns a text attribute.
fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap_or_else(|| panic!("no {name} in {item:#}"))
}

/// Returns the part of a text attribute after a prefix.
fn after<'a>(item: &'a Value, name: &str, prefix: &str) -> &'a str {
    text(item, name).strip_prefix(prefix).unwrap()
}

/// Asserts that a response contains attributes of an item under these names. An absent attribute is
/// null in the response.
#[track_caller]
fn assert_shows(shown: &Value, item: &Value, names: &[(&str, &str)]) {
    for (name, attribute) in names {
        let value = item.get(attribute).map_or(Value::Null, plain);
        assert_eq!(shown[name], value, "{name}: the response {shown:#} differs from the stored item {item:#}");
    }
}

/// Converts a scalar of DynamoDB to JSON.
fn plain(value: &Value) -> Value {
    match value.as_object().unwrap().iter().next().unwrap() {
        (kind, number) if kind == "N" => serde_json::from_str(number.as_str().unwrap()).unwrap(),
        (_, value) => value.clone(),
    }
}

/// Returns the fixtures of a kind outside the table, in all versions.
pub(super) fn outside(kind: &str) -> Vec<Value> {
    let versions = fixtures::outside().remove(kind).unwrap_or_else(|| panic!("no fixture of {kind}"));
    versions.iter().flat_map(|version| version.as_array().unwrap()).cloned().collect()
}
