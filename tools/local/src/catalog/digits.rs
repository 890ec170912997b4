use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

/// A number of JSON in the digits that it was written with: `12.50` stays `12.50`, and no binary float comes between.
/// Whether it makes sense is not asked: a catalogue may lie, and so may this one.
///
/// Only to be written as text: `serde_json::Value` would make a float of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digits(String);

impl Digits {
    pub(super) fn hundredths(count: u32) -> Self {
        Self(format!("{}.{:02}", count / 100, count % 100))
    }

    pub(super) fn tenths(count: u32) -> Self {
        Self(format!("{}.{}", count / 10, count % 10))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        // No other value of JSON begins so.
        if raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(de::Error::custom(format!("a number is expected, not {raw}")))
        }
    }
}
