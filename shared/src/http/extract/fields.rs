use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::{Error, FieldError, Invalid};

/// The fields of a request, parsed one by one. Errors are collected, so that a client sees all of
/// them at once. A field that the request type does not read is an error, too.
#[derive(Debug, Default)]
pub struct Fields {
    values: BTreeMap<String, Value>,
    field_errors: Vec<FieldError>,
}

/// The number of unknown fields that an error lists. Without a bound, a body of unknown fields
/// would get a response ten times its size.
const MAX_UNKNOWN: usize = 20;

/// A type that is parsed from the fields of a request.
pub trait FromFields: Sized {
    /// Parses all fields, in any order. Returns `None` when one of them is invalid.
    fn from_fields(fields: &mut Fields) -> Option<Self>;
}

impl Fields {
    pub(super) fn new(values: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self { values: values.into_iter().collect(), field_errors: Vec::new() }
    }

    /// Fields of a source in which some names occur more than once: an error for each of them.
    pub(super) fn with_repeated(values: impl IntoIterator<Item = (String, Value)>, repeated: &[String]) -> Self {
        let mut fields = Self::new(values);
        for name in repeated {
            fields.reject(&sanitized(name), Invalid::new("repeated", "must not be given more than once"));
        }
        fields
    }

    /// Parses a required string.
    pub fn required<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Invalid>) -> Option<T> {
        if !self.values.contains_key(name) {
            self.reject(name, Invalid::new("missing", "is required"));
            return None;
        }
        self.optional(name, parse)?
    }

    /// Parses a required value of any type.
    pub fn required_value<T>(&mut self, name: &str, parse: impl FnOnce(Value) -> Result<T, Invalid>) -> Option<T> {
        let parsed = match self.values.remove(name) {
            None => Err(Invalid::new("missing", "is required")),
            Some(value) => parse(value),
        };
        parsed.map_err(|invalid| self.reject(name, invalid)).ok()
    }

    /// Parses an optional string. Returns `None` when it is invalid and `Some(None)` when it is
    /// absent.
    pub fn optional<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Invalid>) -> Option<Option<T>> {
        let parsed = match self.values.remove(name) {
            None => return Some(None),
            Some(Value::String(text)) => parse(&text),
            Some(_) => Err(Invalid::new("wrong_type", "must be a string")),
        };
        match parsed {
            Ok(value) => Some(Some(value)),
            Err(invalid) => {
                self.reject(name, invalid);
                None
            }
        }
    }

    /// Parses an optional boolean. Returns `None` when it is invalid and `Some(None)` when it is
    /// absent.
    pub fn optional_flag(&mut self, name: &str) -> Option<Option<bool>> {
        match self.values.remove(name) {
            None => Some(None),
            Some(Value::Bool(flag)) => Some(Some(flag)),
            Some(_) => {
                self.reject(name, Invalid::new("wrong_type", "must be true or false"));
                None
            }
        }
    }

    /// Adds an error, such as one that depends on several fields.
    pub fn reject(&mut self, name: &str, invalid: Invalid) {
        self.field_errors.push(invalid.at(name));
    }

    /// Parses the request type.
    pub(super) fn read<T: FromFields>(mut self) -> Result<T, Error> {
        let value = T::from_fields(&mut self);
        let unknown = || Invalid::new("unknown_field", "is not a field of this request");
        self.field_errors.extend(self.values.keys().take(MAX_UNKNOWN).map(|name| unknown().at(sanitized(name))));
        match value {
            Some(value) if self.field_errors.is_empty() => Ok(value),
            _ => Err(Error::Invalid(self.field_errors)),
        }
    }
}

/// Removes control characters from the name of an unknown field, which the client chose, and
/// truncates it.
fn sanitized(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{ItemType, Title};

    #[derive(Debug)]
    struct Movie {
        title: Title,
        item_type: Option<ItemType>,
    }

    impl FromFields for Movie {
        fn from_fields(fields: &mut Fields) -> Option<Self> {
            let title = fields.required("title", Title::parse);
            let item_type = fields.optional("type", ItemType::parse);
            Some(Self { title: title?, item_type: item_type? })
        }
    }

    fn read(value: Value) -> Result<Movie, Vec<(String, &'static str)>> {
        let Value::Object(map) = value else { panic!("an object") };
        Fields::new(map).read().map_err(|error| match error {
            Error::Invalid(field_errors) => {
                field_errors.into_iter().map(|field_error| (field_error.field, field_error.code)).collect()
            }
            other => panic!("{other}"),
        })
    }

    #[test]
    fn valid_fields_are_parsed() {
        let movie = read(json!({"title": "Dune", "type": "movie"})).unwrap();
        assert_eq!((movie.title.as_str(), movie.item_type), ("Dune", Some(ItemType::Movie)));
        assert_eq!(read(json!({"title": "Dune"})).unwrap().item_type, None);
    }

    #[test]
    fn all_errors_are_returned_at_once() {
        let field_errors = read(json!({"type": "film", "role": "admin", "id": 1})).unwrap_err();
        let expected =
            [("title", "missing"), ("type", "invalid_choice"), ("id", "unknown_field"), ("role", "unknown_field")];
        assert_eq!(field_errors, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn a_value_of_another_type_is_rejected_and_not_converted() {
        for value in [json!(1), json!(null), json!(true), json!(["Dune"]), json!({"a": 1})] {
            assert_eq!(read(json!({"title": value})).unwrap_err(), [("title".to_owned(), "wrong_type")]);
        }
    }
}
