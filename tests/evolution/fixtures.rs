//! Fixtures of all stored formats: `tests/fixtures/items/<kind>/<version>.json`, an array with one
//! item per line, and `tests/fixtures/outside/<kind>/<version>.json` for formats outside the table.

use std::{collections::BTreeMap, fs};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::domain::rfc3339;

use super::kinds;
use crate::support::template::project_file;

/// The versions of each kind, starting at 1.
type Versions = BTreeMap<String, Vec<Value>>;

/// Returns all items, by kind and version.
pub(super) fn items() -> Versions {
    read("items")
}

/// Returns all formats outside the table.
pub(super) fn outside() -> Versions {
    read("outside")
}

fn read(folder: &str) -> Versions {
    let kinds = fs::read_dir(project_file(&format!("tests/fixtures/{folder}"))).unwrap();
    let versions = |entry: fs::DirEntry| {
        let count = fs::read_dir(entry.path()).unwrap().count();
        let version = |n| serde_json::from_slice(&fs::read(entry.path().join(format!("{n}.json"))).unwrap()).unwrap();
        (entry.file_name().into_string().unwrap(), (1..=count).map(version).collect())
    };
    kinds.map(|kind| versions(kind.unwrap())).collect()
}

/// The number of datasets. The first one has the oldest version of every kind, the last one the
/// newest.
pub(super) fn dataset_count() -> usize {
    items().values().map(Vec::len).max().unwrap()
}

/// Returns a dataset, shifted in time so that it was just stored.
pub(crate) fn dataset(nth: usize, now: Timestamp) -> Vec<Value> {
    let items = items();
    assert_eq!(items.keys().map(String::as_str).collect::<Vec<_>>(), {
        let mut all: Vec<_> = kinds::all().collect();
        all.sort_unstable();
        all
    });
    let recorded_at: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let offset = now.duration_since(recorded_at) - SignedDuration::from_mins(1);
    let versions = items.values().map(|versions| &versions[nth.min(versions.len() - 1)]);
    versions.flat_map(|items| items.as_array().unwrap()).map(|item| shifted(item.clone(), offset)).collect()
}

/// Returns the dataset with the newest versions.
pub(crate) fn newest_dataset(now: Timestamp) -> Vec<Value> {
    dataset(dataset_count() - 1, now)
}

fn shifted(mut item: Value, offset: SignedDuration) -> Value {
    for (name, value) in item.as_object_mut().unwrap() {
        if name == "at" || name.ends_with("_at") {
            if let Some(at) = value["S"].as_str() {
                value["S"] = rfc3339(at.parse::<Timestamp>().unwrap() + offset).into();
            } else {
                let seconds = value["N"].as_str().unwrap().parse::<i64>().unwrap();
                value["N"] = (seconds + offset.as_secs()).to_string().into();
            }
        }
    }
    item
}
