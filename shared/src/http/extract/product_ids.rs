use serde_json::{Number, Value};

use crate::domain::{Invalid, ProductId};

/// The products that a request names: one id, or a list of 1 to 50. Some catalogues have numbers and some have text for ids, so
/// an id may be either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductIds(pub Vec<ProductId>);

impl ProductIds {
    /// The most ids of one request.
    pub const MOST: usize = 50;
    /// The largest number that is an id. Larger ones, which not every client can write, go as text.
    pub const LARGEST: i64 = i64::MAX;

    /// Reads the field's value.
    ///
    /// # Errors
    /// No id, more than 50, or one that no catalogue could have.
    pub fn read(value: Value) -> Result<Self, Invalid> {
        let values = match value {
            Value::Array(values) => values,
            one => vec![one],
        };
        if !(1..=Self::MOST).contains(&values.len()) {
            return Err(Invalid::new("out_of_range", "must be 1 to 50 ids"));
        }
        values.iter().map(product_id).collect::<Result<_, _>>().map(Self)
    }
}

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

/// The digits of a number that is an id. JSON knows no integers: 7.0 is 7 (<https://json-schema.org/understanding-json-schema/reference/numeric#integer>),
/// up to where a number with a point is exact.
fn whole(number: &Number) -> Option<String> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = || number.as_f64().filter(|float| float.fract() == 0.0 && (0.0..=EXACT).contains(float));
    let whole = number.as_i64().filter(|number| (0..=ProductIds::LARGEST).contains(number));
    whole.map(|number| number.to_string()).or_else(|| float().map(|float| format!("{:.0}", float.abs())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Vec<String>, &'static str> {
        let ids = ProductIds::read(value).map_err(|invalid| invalid.code)?;
        Ok(ids.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn one_id_or_a_list_of_numbers_and_texts_is_read_in_the_order_given() {
        assert_eq!(read(json!(7)).unwrap(), ["7"]);
        assert_eq!(read(json!("b-1")).unwrap(), ["b-1"]);
        assert_eq!(read(json!([2823.0, -0.0, 9_007_199_254_740_992.0])).unwrap(), ["2823", "0", "9007199254740992"]);
        assert_eq!(read(json!([3, "1", 2, 3])).unwrap(), ["3", "1", "2", "3"]);
        assert_eq!(read(json!(vec![1; 50])).unwrap().len(), 50);
    }

    #[test]
    fn what_is_no_id_is_refused() {
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
