//! Closed schemas, which allow documented members only. The document itself leaves responses open,
//! so that members can be added; in a test, an undocumented member is a violation.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::stored;

/// Returns the document's `components`. Nested schemas are closed. The components themselves are
/// open, because a component in an `allOf` must allow the members of the others.
pub(super) fn components() -> &'static Value {
    static COMPONENTS: LazyLock<Value> = LazyLock::new(|| {
        let schemas = stored()["components"]["schemas"].as_object().unwrap().iter();
        let schemas: Map<String, Value> = schemas.map(|(name, schema)| (name.clone(), within(schema))).collect();
        json!({"schemas": schemas})
    });
    &COMPONENTS
}

/// Closes a schema that describes a whole value.
pub(super) fn schema(schema: &Value) -> Value {
    let mut closed = within(schema);
    let has_members = ["$ref", "allOf", "oneOf", "properties"].iter().any(|keyword| !schema[keyword].is_null());
    if has_members && schema["additionalProperties"].is_null() {
        closed["unevaluatedProperties"] = json!(false);
    }
    closed
}

/// Closes the schema's members.
fn within(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else { return schema.clone() };
    let close = |(keyword, value): (&String, &Value)| {
        let closed = match (keyword.as_str(), value) {
            ("properties", Value::Object(members)) => {
                members.iter().map(|(name, member)| (name.clone(), self::schema(member))).collect()
            }
            ("items" | "additionalProperties", value) => self::schema(value),
            ("allOf" | "oneOf", Value::Array(schemas)) => schemas.iter().map(within).collect(),
            (_, value) => value.clone(),
        };
        (keyword.clone(), closed)
    };
    keywords.iter().map(close).collect()
}
