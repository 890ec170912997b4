//! Formats that two releases exchange outside the table: messages, tokens, cursors and Redis
//! entries.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::{
    kinds::{self, Shape},
    walk::Person,
};
use crate::support::{app::TestApp, redis};

/// Returns the current values of each kind.
pub(super) async fn collect(app: &TestApp, ada: &Person, sent: &[Value]) -> BTreeMap<String, Value> {
    let messages = |member: &'static str| sent.iter().filter(move |message| message.get(member).is_some()).cloned();
    let kinds = [
        ("audit-message", distinct(messages("event"))),
        ("refresh-message", distinct(messages("refresh"))),
        ("access-token", json!([{"user": ada.id, "token": ada.token}])),
        ("refresh-token", json!([{"user": ada.id, "token": ada.refresh_token}])),
        ("cursor", cursors(app, ada).await),
        ("redis", redis_entries(app, ada)),
    ];
    kinds.map(|(kind, values)| (kind.to_owned(), values)).into()
}

/// Returns a minimal subset of messages that has the same shape as all of them.
fn distinct(messages: impl Iterator<Item = Value>) -> Value {
    let all: Vec<Value> = messages.collect();
    let shape = kinds::json_shape(&all);
    let mut subset = all.clone();
    for message in &all {
        let fewer: Vec<Value> = subset.iter().filter(|other| *other != message).cloned().collect();
        if kinds::json_shape(&fewer) == shape {
            subset = fewer;
        }
    }
    json!(subset)
}

/// Returns a cursor of each kind of list, with the first entry of its page.
async fn cursors(app: &TestApp, ada: &Person) -> Value {
    let get = async |path: &str| app.get(path).bearer(&ada.token).send().await.expect(200).clone();
    let customers = get("/v1/customers").await["customers"].as_array().unwrap().clone();
    let customer = customers.last().unwrap()["id"].as_str().unwrap().to_owned();
    let favorites = format!("/v1/customers/{customer}/favorites");
    let product = get(&favorites).await["favorites"][0]["product_id"].as_str().unwrap().to_owned();
    let lists = [
        ("/v1/watchlists?limit=2".to_owned(), "watchlist"),
        ("/v1/watchlists?type=show&limit=1".to_owned(), "watchlist"),
        ("/v1/customers?limit=1".to_owned(), "customers"),
        (format!("{favorites}?limit=2"), "favorites"),
        (format!("{favorites}/{product}/history?limit=1"), "snapshots"),
    ];
    let mut cursors = Vec::new();
    for (path, entries) in lists {
        let first = get(&path).await;
        let next = format!("{path}&cursor={}", first["next_cursor"].as_str().unwrap());
        cursors.push(json!({"next": next, "entries": entries, "first": get(&next).await[entries][0]}));
    }
    json!(cursors)
}

/// Returns the Redis entries of a user.
fn redis_entries(app: &TestApp, ada: &Person) -> Value {
    let url = app.settings.redis.url.as_ref().unwrap();
    let keys = redis::command(url, &["KEYS", &format!("{{user:{}}}*", ada.id)]);
    let mut keys: Vec<&str> = keys.split(' ').collect();
    keys.sort_unstable();
    let entry = |key: &&str| json!({"key": key, "value": redis::command(url, &["GET", key])});
    keys.iter().map(entry).collect()
}

/// Returns the common shape of the values of a kind.
pub(super) fn shape(kind: &str, values: &Value) -> Shape {
    let values = values.as_array().unwrap();
    match kind {
        "access-token" => {
            kinds::json_shape(&values.iter().map(|token| token_parts(&token["token"])).collect::<Vec<_>>())
        }
        "refresh-token" => kinds::json_shape(&values.iter().map(|token| lengths(&token["token"])).collect::<Vec<_>>()),
        // A cursor is encrypted, so only its kind is compared.
        "cursor" => kinds::json_shape(&values.iter().map(|it| json!({kind_of_list(it): true})).collect::<Vec<_>>()),
        "redis" => kinds::json_shape(&values.iter().map(entry_shape).collect::<Vec<_>>()),
        _ => kinds::json_shape(values),
    }
}

fn token_parts(token: &Value) -> Value {
    let parts = token.as_str().unwrap().split('.').take(2);
    parts
        .map(|part| serde_json::from_slice::<Value>(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap())
        .collect()
}

/// The length of a refresh token: two ids and a secret.
fn lengths(token: &Value) -> Value {
    let bytes = BASE64URL_NOPAD.decode(token.as_str().unwrap().as_bytes()).unwrap();
    json!({format!("{} bytes", bytes.len()): true})
}

fn kind_of_list(cursor: &Value) -> String {
    cursor["entries"].as_str().unwrap().to_owned()
}

/// The shape of a Redis entry, without the parts that differ each time.
fn entry_shape(entry: &Value) -> Value {
    let [key, value] = ["key", "value"].map(|name| entry[name].as_str().unwrap());
    let (_, key) = key.split_once("}:").unwrap();
    let (what, rest) = key.split_once(':').unwrap_or((key, ""));
    let what = match what {
        "limit" => format!("limit:{rest}"),
        "session" => format!("session:<id of {} characters>", rest.len()),
        "page" => format!("page:<{} characters>", rest.len()),
        other => other.to_owned(),
    };
    let value = match what.split(':').next().unwrap() {
        "limit" => {
            value.parse::<u64>().unwrap();
            "<microseconds>".to_owned()
        }
        "session" => {
            value.split(' ').map(|word| word.parse::<u64>().map_or(word, |_| "<seconds>")).collect::<Vec<_>>().join(" ")
        }
        "page" => {
            let (head, body) = value.split_once("\n{").unwrap();
            serde_json::from_str::<Value>(&format!("{{{body}")).unwrap();
            format!("<generation and ETag>, {} lines, JSON", head.lines().count())
        }
        _ => "<name>".to_owned(),
    };
    json!({what: {value: true}})
}
