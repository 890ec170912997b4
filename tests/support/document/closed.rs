//! Schemas that allow nothing but what they name. To clients the document leaves answers open, so that members can be added;
//! to a test a member that it does not name is a fault.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::stored;

/// The document's `components`, each closed within, and open itself: what is used as a part of another schema
/// (`allOf`) must leave room for the other parts.
pub(super) fn components() -> &'static Value {
    static COMPONENTS: LazyLock<Value> = LazyLock::new(|| {
        let schemas = stored()["components"]["schemas"].as_object().unwrap().iter();
        let schemas: Map<String, Value> = schemas.map(|(name, schema)| (name.clone(), within(schema))).collect();
        json!({"schemas": schemas})
    });
    &COMPONENTS
}

/// A schema that describes a whole value.
pub(super) fn schema(schema: &Value) -> Value {
    let mut closed = within(schema);
    let has_members = ["$ref", "allOf", "oneOf", "properties"].iter().any(|keyword| !schema[keyword].is_null());
    if has_members && schema["additionalProperties"].is_null() {
        closed["unevaluatedProperties"] = json!(false);
    }
    closed
}

/// The schema whose members are closed.
fn within(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else { return schema.clone() };
    let close = |(keyword, value): (&String, &Value)| {
        let closed = match (keyword.as_str(), value) {
            ("properties", Value::Object(members)) => {
                members.iter().map(|(name, member)| (name.clone(), self::schema(member))).collect()
            }
            ("items" | "additionalProperties", value) => self::schema(value),
            ("allOf" | "oneOf", Value::Array(parts)) => parts.iter().map(within).collect(),
            (_, value) => value.clone(),
        };
        (keyword.clone(), closed)
    };
    keywords.iter().map(close).collect()
}
