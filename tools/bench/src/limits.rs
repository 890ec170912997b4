//! The limits of the gate, from `tools/bench/limits.toml`, which explains them.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result};
use serde::Deserialize;

/// The limits of one function.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) init_cpu: f64,
    pub(crate) steady_cpu: f64,
    pub(crate) peak_memory: f64,
    pub(crate) init_instructions: f64,
    pub(crate) init_wait_ms: f64,
    pub(crate) init_system_calls: usize,
    pub(crate) zip_kb: f64,
    pub(crate) redis: u64,
    pub(crate) dynamodb: usize,
    pub(crate) sqs: u64,
}

const PATH: &str = "tools/bench/limits.toml";

/// Reads the limits by function.
pub(crate) fn read() -> Result<BTreeMap<String, Limits>> {
    let text = fs::read_to_string(PATH).with_context(|| format!("cannot read {PATH}"))?;
    toml::from_str(&text).with_context(|| format!("{PATH} is invalid"))
}
