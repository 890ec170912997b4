//! What was ever stored: `tests/fixtures/items/<kind>/<version>.json`, an array of items with one to each line, and
//! `tests/fixtures/outside/<kind>/<version>.json` for what lives beside the table.

use std::{collections::BTreeMap, fs};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::domain::rfc3339;

use super::kinds;
use crate::support::template::project_file;

/// Of each kind its versions, from 1 on.
type Versions = BTreeMap<String, Vec<Value>>;

/// All items, by kind and version.
pub(super) fn items() -> Versions {
    read("items")
}

/// All that lives beside the table.
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

/// How many worlds there are: the first has the oldest version of everything, the last the newest.
pub(super) fn worlds() -> usize {
    items().values().map(Vec::len).max().unwrap()
}

/// Everything that is stored in a world, moved in time so that it has just happened.
pub(crate) fn world(nth: usize, now: Timestamp) -> Vec<Value> {
    let items = items();
    assert_eq!(items.keys().map(String::as_str).collect::<Vec<_>>(), {
        let mut all: Vec<_> = kinds::all().collect();
        all.sort_unstable();
        all
    });
    let begun: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let by = now.duration_since(begun) - SignedDuration::from_mins(1);
    let versions = items.values().map(|versions| &versions[nth.min(versions.len() - 1)]);
    versions.flat_map(|items| items.as_array().unwrap()).map(|item| moved(item.clone(), by)).collect()
}

/// The world as it is stored now.
pub(crate) fn newest(now: Timestamp) -> Vec<Value> {
    world(worlds() - 1, now)
}

fn moved(mut item: Value, by: SignedDuration) -> Value {
    for (name, value) in item.as_object_mut().unwrap() {
        if name == "at" || name.ends_with("_at") {
            if let Some(at) = value["S"].as_str() {
                value["S"] = rfc3339(at.parse::<Timestamp>().unwrap() + by).into();
            } else {
                let seconds = value["N"].as_str().unwrap().parse::<i64>().unwrap();
                value["N"] = (seconds + by.as_secs()).to_string().into();
            }
        }
    }
    item
}
