//! The content of the table, in a form in which two runs can be compared.

use serde_json::{Value, json};

use crate::support::{app::TestApp, dynamo::TABLE};

/// All items except accounts and the audit trail.
pub(super) fn items(app: &TestApp) -> Vec<Value> {
    let (mut items, mut start) = (Vec::new(), Value::Null);
    loop {
        let mut request = json!({"TableName": TABLE, "ConsistentRead": true});
        if !start.is_null() {
            request["ExclusiveStartKey"] = start;
        }
        let page = app.dynamo.database.scan(serde_json::from_value(request).unwrap()).unwrap();
        let mut page = serde_json::to_value(page).unwrap();
        items.extend(page["Items"].as_array().unwrap().iter().filter(|item| belongs_to_refresh(item)).cloned());
        start = page["LastEvaluatedKey"].take();
        if start.is_null() {
            return items;
        }
    }
}

fn belongs_to_refresh(item: &Value) -> bool {
    let pk = item["pk"]["S"].as_str().unwrap();
    ["CUSTOMER#", "PRODUCT", "REFRESH"].iter().any(|prefix| pk.starts_with(prefix))
}

/// Sorted items with placeholders for their times and names for their ids.
pub(super) fn normalized(items: Vec<Value>, names: &[(String, &str)]) -> Vec<Value> {
    let mut plain: Vec<Value> = items.into_iter().map(|item| plain(item, names)).collect();
    plain.sort_by_key(ToString::to_string);
    plain
}

fn plain(mut item: Value, names: &[(String, &str)]) -> Value {
    for name in ["refreshed_at", "seen_at", "expires_at", "held_at", "began_at", "favorite_id", "favorited_at"] {
        if let Some(value) = item.get_mut(name) {
            *value = json!("some");
        }
    }
    // PRODUCT#1#<favourite id>#AT#<time>
    let sk = item["sk"]["S"].as_str().unwrap();
    if sk.contains("#AT#") {
        let product = sk.split('#').nth(1).unwrap();
        item["sk"] = json!({"S": format!("PRODUCT#{product}#SOME#AT#SOME")});
    }
    let mut text = item.to_string();
    for (id, name) in names {
        text = text.replace(id, name);
    }
    serde_json::from_str(&text).unwrap()
}
