use serde::Deserialize;
use serde_json::value::RawValue;

/// Parses a JSON object. `serde` alone would also accept an array for a struct.
pub(super) fn object<'a, T: Deserialize<'a>>(json: &'a RawValue) -> Option<T> {
    json.get().starts_with('{').then(|| serde_json::from_str(json.get()).ok()).flatten()
}

/// Parses a JSON array without parsing its elements.
pub(super) fn array(json: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(json.get()).ok()
}
