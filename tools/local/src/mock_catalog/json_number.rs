use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

/// A JSON number with its original digits: `12.50` stays `12.50` and is never converted to a binary
/// float. Any number is accepted, because a real catalogue may return an invalid price.
///
/// Serialize it only to text. `serde_json::Value` would convert it to a float.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsonNumber(String);

impl JsonNumber {
    pub(super) fn from_hundredths(count: u32) -> Self {
        Self(format!("{}.{:02}", count / 100, count % 100))
    }

    pub(super) fn from_tenths(count: u32) -> Self {
        Self(format!("{}.{}", count / 10, count % 10))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for JsonNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        // Only a number begins with a digit or a minus sign.
        if raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(de::Error::custom(format!("expected a number, not {raw}")))
        }
    }
}
