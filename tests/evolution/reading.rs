//! What is stored, as the routes show it: every item of a world, and the answers show its values.

mod accounts;
mod catalogue;
mod customers;
mod redis;
mod repeated;

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};

use super::{
    api::{Api, Asked},
    fixtures, kinds,
};
use crate::support::{
    answer::Answer,
    keys::{AUDIENCE, ISSUER},
    tokens,
};

/// Reads a world that is in the table already.
pub(crate) struct Reading<'a, A> {
    api: &'a A,
    /// By kind.
    items: BTreeMap<&'static str, Vec<Value>>,
}

/// Puts a world into the table and reads all of it.
pub(crate) async fn read_all<A: Api>(api: &A, world: Vec<Value>) {
    let mut items: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for item in world {
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
    reading.kept_answers().await;
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

    /// Items of a kind that have this partition key, in the order of their sort keys.
    fn under(&self, kind: &str, pk: &str) -> Vec<&Value> {
        let mut found: Vec<&Value> = self.of(kind).iter().filter(|item| item["pk"]["S"] == pk).collect();
        found.sort_by_key(|item| text(item, "sk").to_owned());
        found
    }

    /// A token as it would be given out now: of the user's session, as the fixture of a token says what tokens have.
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
        tokens::sign(&app.keys, &(header, claims))
    }

    async fn ask(&self, user: &str, asked: Asked) -> Answer {
        self.api.send(asked.bearer(&self.token(user))).await
    }

    async fn get(&self, user: &str, path: &str) -> Value {
        self.ask(user, Asked::get(path)).await.expect(200).clone()
    }

    /// Those who have a session, by id.
    fn users(&self) -> Vec<String> {
        let users = self.of("user").iter().map(|user| after(user, "pk", "USER#").to_owned());
        users.filter(|user| !self.under("session", &format!("USER#{user}")).is_empty()).collect()
    }

    fn admin(&self) -> String {
        let is_admin = |id: &String| self.under("user", &format!("USER#{id}"))[0]["role"]["S"] == "admin";
        self.users().into_iter().find(is_admin).expect("no fixture of an administrator with a session")
    }
}

/// A text attribute.
fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap_or_else(|| panic!("no {name} in {item:#}"))
}

/// What stands behind a prefix in one.
fn after<'a>(item: &'a Value, name: &str, prefix: &str) -> &'a str {
    text(item, name).strip_prefix(prefix).unwrap()
}

/// An answer shows these attributes of an item under these names; what the item does not have is null there.
#[track_caller]
fn assert_shows(shown: &Value, item: &Value, names: &[(&str, &str)]) {
    for (name, attribute) in names {
        let value = item.get(attribute).map_or(Value::Null, plain);
        assert_eq!(shown[name], value, "{name}: {shown:#} shows not what is stored: {item:#}");
    }
}

/// A scalar of DynamoDB's as JSON.
fn plain(value: &Value) -> Value {
    match value.as_object().unwrap().iter().next().unwrap() {
        (kind, number) if kind == "N" => serde_json::from_str(number.as_str().unwrap()).unwrap(),
        (_, value) => value.clone(),
    }
}

/// Fixtures from beside the table, the newest and those before.
pub(super) fn outside(kind: &str) -> Vec<Value> {
    let versions = fixtures::outside().remove(kind).unwrap_or_else(|| panic!("no fixture of {kind}"));
    versions.iter().flat_map(|version| version.as_array().unwrap()).cloned().collect()
}
