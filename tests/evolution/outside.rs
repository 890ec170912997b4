//! What two releases exchange beside the table: messages, tokens, cursors and what Redis keeps.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::{
    kinds::{self, Shape},
    walk::Person,
};
use crate::support::{app::TestApp, redis};

/// Of each kind what there is.
pub(super) async fn seen(app: &TestApp, ada: &Person, said: &[Value]) -> BTreeMap<String, Value> {
    let messages = |member: &'static str| said.iter().filter(move |message| message.get(member).is_some()).cloned();
    let kinds = [
        ("audit-message", distinct(messages("event"))),
        ("refresh-message", distinct(messages("refresh"))),
        ("access-token", json!([{"user": ada.id, "token": ada.token}])),
        ("refresh-token", json!([{"user": ada.id, "token": ada.refresh_token}])),
        ("cursor", cursors(app, ada).await),
        ("redis", in_redis(app, ada)),
    ];
    kinds.map(|(kind, seen)| (kind.to_owned(), seen)).into()
}

/// Of many messages those that are needed to see all that they can say.
fn distinct(messages: impl Iterator<Item = Value>) -> Value {
    let all: Vec<Value> = messages.collect();
    let whole = kinds::json_shape(&all);
    let mut kept = all.clone();
    for message in &all {
        let fewer: Vec<Value> = kept.iter().filter(|kept| *kept != message).cloned().collect();
        if kinds::json_shape(&fewer) == whole {
            kept = fewer;
        }
    }
    json!(kept)
}

/// A cursor of each kind of list, with the first entry of the page that it leads to.
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

/// What is kept for one user: keys, and values.
fn in_redis(app: &TestApp, ada: &Person) -> Value {
    let url = app.settings.redis.url.as_ref().unwrap();
    let keys = redis::command(url, &["KEYS", &format!("{{user:{}}}*", ada.id)]);
    let mut keys: Vec<&str> = keys.split(' ').collect();
    keys.sort_unstable();
    let entry = |key: &&str| json!({"key": key, "value": redis::command(url, &["GET", key])});
    keys.iter().map(entry).collect()
}

/// What all of a kind have in common.
pub(super) fn shape(kind: &str, seen: &Value) -> Shape {
    let seen = seen.as_array().unwrap();
    match kind {
        "access-token" => kinds::json_shape(&seen.iter().map(|token| token_parts(&token["token"])).collect::<Vec<_>>()),
        "refresh-token" => kinds::json_shape(&seen.iter().map(|token| lengths(&token["token"])).collect::<Vec<_>>()),
        // It is sealed: whether one can be read is all there is to see.
        "cursor" => kinds::json_shape(&seen.iter().map(|it| json!({kind_of_list(it): true})).collect::<Vec<_>>()),
        "redis" => kinds::json_shape(&seen.iter().map(entry_shape).collect::<Vec<_>>()),
        _ => kinds::json_shape(seen),
    }
}

fn token_parts(token: &Value) -> Value {
    let parts = token.as_str().unwrap().split('.').take(2);
    parts
        .map(|part| serde_json::from_slice::<Value>(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap())
        .collect()
}

/// Two ids and a secret.
fn lengths(token: &Value) -> Value {
    let bytes = BASE64URL_NOPAD.decode(token.as_str().unwrap().as_bytes()).unwrap();
    json!({format!("{} bytes", bytes.len()): true})
}

fn kind_of_list(cursor: &Value) -> String {
    cursor["entries"].as_str().unwrap().to_owned()
}

/// A key and a value without what is another one each time.
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
