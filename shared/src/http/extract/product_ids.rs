use serde_json::{Number, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Array, ObjectBuilder, OneOf, RefOr, Schema, Type},
};

use crate::{
    domain::{Invalid, ProductId},
    http::schema,
};

/// The product ids of a request: one id, or a list of 1 to 50. Some catalogues use numbers and some
/// use strings as ids, so each id may be either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductIds(pub Vec<ProductId>);

impl ProductIds {
    /// The maximum number of ids of one request.
    pub const MAX_IDS: usize = 50;
    /// The largest id that can be sent as a number. A larger one, which not every client can
    /// represent, is sent as a string.
    pub const MAX_NUMBER: i64 = i64::MAX;

    /// Parses the field's value.
    ///
    /// # Errors
    /// There is no id, there are more than 50, or one is not a valid product id.
    pub fn parse(value: Value) -> Result<Self, Invalid> {
        let values = match value {
            Value::Array(values) => values,
            one => vec![one],
        };
        if !(1..=Self::MAX_IDS).contains(&values.len()) {
            return Err(Invalid::new("out_of_range", "must be 1 to 50 ids"));
        }
        values.iter().map(product_id).collect::<Result<_, _>>().map(Self)
    }
}

impl PartialSchema for ProductIds {
    fn schema() -> RefOr<Schema> {
        let number =
            ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(Self::MAX_NUMBER)).build();
        let one = || OneOf::builder().item(schema::ProductId::schema()).item(number.clone());
        let list = Array::builder().items(one()).min_items(Some(1)).max_items(Some(Self::MAX_IDS));
        let description = "A product id or a list of them. Each id is a number or a string. A repeated id is reported as a \
            duplicate.";
        OneOf::builder()
            .description(Some(description))
            .item(schema::ProductId::schema())
            .item(number.clone())
            .item(list)
            .examples([serde_json::json!([7, "9999"])])
            .into()
    }
}

impl ToSchema for ProductIds {}

fn product_id(value: &Value) -> Result<ProductId, Invalid> {
    match value {
        Value::String(text) => ProductId::parse(text),
        Value::Number(number) => {
            let not_whole = Invalid::new("invalid_id", "must be a whole number that is not negative");
            ProductId::parse(&whole(number).ok_or(not_whole)?)
        }
        _ => Err(Invalid::new("wrong_type", "must be an id or a list of ids")),
    }
}

/// Returns the digits of a whole number. JSON does not distinguish 7.0 from 7
/// (<https://json-schema.org/understanding-json-schema/reference/numeric#integer>), so a float is
/// accepted up to 2^53, where it is exact.
fn whole(number: &Number) -> Option<String> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = || number.as_f64().filter(|float| float.fract() == 0.0 && (0.0..=EXACT).contains(float));
    let whole = number.as_i64().filter(|number| (0..=ProductIds::MAX_NUMBER).contains(number));
    whole.map(|number| number.to_string()).or_else(|| float().map(|float| format!("{:.0}", float.abs())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Vec<String>, &'static str> {
        let ids = ProductIds::parse(value).map_err(|invalid| invalid.code)?;
        Ok(ids.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn one_id_or_a_list_of_numbers_and_strings_is_parsed_in_order() {
        assert_eq!(read(json!(7)).unwrap(), ["7"]);
        assert_eq!(read(json!("b-1")).unwrap(), ["b-1"]);
        assert_eq!(read(json!([2823.0, -0.0, 9_007_199_254_740_992.0])).unwrap(), ["2823", "0", "9007199254740992"]);
        assert_eq!(read(json!([3, "1", 2, 3])).unwrap(), ["3", "1", "2", "3"]);
        assert_eq!(read(json!(vec![1; 50])).unwrap().len(), 50);
    }

    #[test]
    fn an_invalid_id_is_rejected() {
        for (value, code) in [
            (json!([]), "out_of_range"),
            (json!(vec![1; 51]), "out_of_range"),
            (json!(-1), "invalid_id"),
            (json!(1.5), "invalid_id"),
            (json!(1e30), "invalid_id"),
            (json!(u64::MAX), "invalid_id"),
            (json!(""), "invalid_id"),
            (json!("../1"), "invalid_id"),
            (json!(null), "wrong_type"),
            (json!([1, true]), "wrong_type"),
            (json!([[1]]), "wrong_type"),
            (json!({"id": 1}), "wrong_type"),
        ] {
            assert_eq!(read(value.clone()).unwrap_err(), code, "{value}");
        }
    }
}
