//! Kinds of items, recognised by their keys, and the attributes that the items of a kind have.

use std::collections::BTreeMap;

use serde_json::Value;

/// The kinds, by patterns of partition key and sort key, in which `*` matches anything, and by an
/// attribute where several kinds share their keys.
const KINDS: [(&str, &str, &str, Option<&str>); 21] = [
    ("user", "USER#*", "PROFILE", None),
    ("session", "USER#*", "SESSION#*", None),
    ("credential", "EMAIL#*", "CREDENTIAL", None),
    ("administrators", "ADMINS", "ENABLED", None),
    ("watchlist-item", "USER#*#WATCHLIST", "ITEM#*", None),
    ("kept-item", "USER#*#REQUESTS", "KEY#*", Some("item_id")),
    ("kept-customer", "USER#*#REQUESTS", "KEY#*", Some("customer_id")),
    ("kept-favorites", "USER#*#REQUESTS", "KEY#*", Some("fingerprint")),
    ("audit-event", "AUDIT#*", "EVENT#*", None),
    ("nobodys-event", "AUDIT#NOBODY#*", "EVENT#*", None),
    ("outbox-entry", "OUTBOX#*", "EVENT#*", None),
    ("counters", "STATS", "SHARD#*", None),
    ("deleted-customer", "USER#*#CUSTOMERS", "CUSTOMER#*", Some("deleted_at")),
    ("customer", "USER#*#CUSTOMERS", "CUSTOMER#*", Some("email")),
    ("customer-owner", "CUSTOMER#*", "OWNER", None),
    ("customer-email", "CUSTOMER_EMAIL#*", "CUSTOMER", None),
    ("favorite", "CUSTOMER#*#FAVORITES", "PRODUCT#*", None),
    ("history", "CUSTOMER#*#HISTORY", "PRODUCT#*#*#AT#*", None),
    ("product", "PRODUCT#*", "CACHED", None),
    ("held-product", "PRODUCT#*", "HELD", None),
    ("products-page", "PRODUCTS", "PAGE#*", None),
];
/// A kind with one item.
const ROUND: &str = "refresh-round";

/// The names of all kinds.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(kind, ..)| *kind).chain([ROUND])
}

/// Returns the kind of an item. An unknown kind fails the test.
pub(super) fn kind_of(item: &Value) -> &'static str {
    let [pk, sk] = ["pk", "sk"].map(|name| item[name]["S"].as_str().unwrap());
    if (pk, sk) == ("REFRESH", "ROUND") {
        return ROUND;
    }
    let is_it = |(_, pks, sks, attribute): &&(&str, &str, &str, Option<&str>)| {
        matches(pks, pk) && matches(sks, sk) && attribute.is_none_or(|name| item.get(name).is_some())
    };
    let found = KINDS.iter().find(is_it).map(|(kind, ..)| *kind);
    found.unwrap_or_else(|| {
        panic!(
            "an item of a new kind: {item:#}\nAdd it to tests/evolution/kinds.rs, add a fixture in \
             tests/fixtures/items/<kind>/1.json, and read it through a route in tests/evolution/reading.rs"
        )
    })
}

/// Returns `true` if a text matches a pattern. A `*` matches any text without `#`.
fn matches(pattern: &str, text: &str) -> bool {
    let (patterns, texts) = (pattern.split('#'), text.split('#'));
    patterns.clone().count() == texts.clone().count()
        && patterns.zip(texts).all(|(pattern, text)| if pattern == "*" { !text.is_empty() } else { pattern == text })
}

/// An attribute, or a member of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// The types: `S`, `N`, ... in an item; `text`, `number`, ... in JSON.
    types: Vec<String>,
    /// Whether every value has it.
    always: bool,
}

/// The common shape of several values: attributes by path, such as `current.price` or
/// `products[].id`.
pub(super) type Shape = BTreeMap<String, Member>;

/// Returns the common shape of items in the JSON format of DynamoDB.
pub(super) fn shape<'a>(items: impl IntoIterator<Item = &'a Value>) -> Shape {
    merged(items.into_iter().map(|item| {
        let mut paths = BTreeMap::new();
        for (name, value) in item.as_object().unwrap() {
            attribute(name, value, &mut paths);
        }
        paths
    }))
}

/// Returns the common shape of JSON values.
pub(super) fn json_shape<'a>(values: impl IntoIterator<Item = &'a Value>) -> Shape {
    merged(values.into_iter().map(|value| {
        let mut paths = BTreeMap::new();
        json("", value, &mut paths);
        paths
    }))
}

fn merged(shapes: impl Iterator<Item = BTreeMap<String, String>>) -> Shape {
    let mut merged: BTreeMap<String, (Vec<String>, usize)> = BTreeMap::new();
    let mut count = 0;
    for shape in shapes {
        count += 1;
        for (path, kind) in shape {
            let (types, times) = merged.entry(path).or_default();
            *times += 1;
            if let Err(at) = types.binary_search(&kind) {
                types.insert(at, kind);
            }
        }
    }
    merged.into_iter().map(|(path, (types, times))| (path, Member { types, always: times == count })).collect()
}

fn attribute(path: &str, value: &Value, paths: &mut BTreeMap<String, String>) {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    paths.insert(path.to_owned(), kind.clone());
    if kind == "M" {
        for (name, value) in value.as_object().unwrap() {
            attribute(&format!("{path}.{name}"), value, paths);
        }
    }
    if kind == "L" {
        for value in value.as_array().unwrap() {
            attribute(&format!("{path}[]"), value, paths);
        }
    }
}

fn json(path: &str, value: &Value, paths: &mut BTreeMap<String, String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "flag",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(values) => {
            for value in values {
                json(&format!("{path}[]"), value, paths);
            }
            "list"
        }
        Value::Object(members) => {
            for (name, value) in members {
                json(&format!("{path}.{name}"), value, paths);
            }
            "object"
        }
    };
    paths.insert(path.to_owned(), kind.to_owned());
}
