//! The settings of the stack. All come from environment variables, so `make run API_PORT=9100`
//! works: make exports the variables on its command line.

use std::{env, fmt::Display, ops::RangeInclusive, path::PathBuf, str::FromStr};

use anyhow::{Context, Result};

use crate::{mock_catalog, ports::Port};

/// The settings, with their variables and defaults.
pub(crate) struct Settings {
    pub(crate) api: Port,
    pub(crate) dynamodb: Port,
    pub(crate) redis: Port,
    pub(crate) sqs: Port,
    /// The mock catalogue, which runs even if the functions read another catalogue.
    pub(crate) catalog: Port,
    /// `LOCAL_DIR`: the directory for data, logs and secrets.
    pub(crate) data_dir: PathBuf,
    /// `FUNCTION_INSTANCES`: the number of processes per function. The default of two reveals code
    /// that relies on consecutive requests reaching the same process.
    pub(crate) instances: usize,
    /// `AUDIT_VISIBILITY_SECONDS`: the visibility timeout of the queue `audit`. The default is six
    /// times the timeout of `audit-worker`, as AWS recommends. Tests shorten it to see
    /// redeliveries.
    pub(crate) audit_visibility_seconds: u32,
    /// `CATALOG_VISIBILITY_SECONDS`: the visibility timeout of the queue `catalog`, likewise.
    pub(crate) catalog_visibility_seconds: u32,
    /// `CATALOG_KIND`: the API format of the catalogue that the functions read.
    pub(crate) catalog_kind: mock_catalog::Kind,
    /// `CATALOG_URL`: the URL of that catalogue. By default the mock catalogue.
    pub(crate) catalog_url: String,
    /// `SQS_URL_FOR_FUNCTIONS`: the SQS endpoint of the functions, and of nothing else. By default
    /// the local SQS. Tests set it to a proxy that injects faults.
    pub(crate) sqs_for_functions: Option<String>,
}

impl Settings {
    pub(crate) fn from_env() -> Result<Self> {
        let catalog = port("the mock catalogue", "CATALOG_PORT", 9004)?;
        let catalog_kind = variable("CATALOG_KIND").unwrap_or_else(|| "fakestore".into());
        let catalog_kind = catalog_kind.parse().with_context(|| format!("CATALOG_KIND is \"{catalog_kind}\""))?;
        Ok(Self {
            api: port("the API", "API_PORT", 9000)?,
            dynamodb: port("DynamoDB", "DYNAMODB_PORT", 9001)?,
            redis: port("Redis", "REDIS_PORT", 9002)?,
            sqs: port("SQS", "SQS_PORT", 9003)?,
            catalog,
            data_dir: variable("LOCAL_DIR").map_or_else(|| PathBuf::from(".local"), PathBuf::from),
            instances: number("FUNCTION_INSTANCES", 2, 1..=16)?,
            audit_visibility_seconds: number("AUDIT_VISIBILITY_SECONDS", 30, 2..=43200)?,
            catalog_visibility_seconds: number("CATALOG_VISIBILITY_SECONDS", 360, 2..=43200)?,
            catalog_kind,
            catalog_url: variable("CATALOG_URL").unwrap_or_else(|| mock_catalog::base_url(catalog, catalog_kind)),
            sqs_for_functions: variable("SQS_URL_FOR_FUNCTIONS"),
        })
    }

    pub(crate) fn ports(&self) -> [Port; 5] {
        [self.api, self.dynamodb, self.redis, self.sqs, self.catalog]
    }
}

fn port(service: &'static str, setting: &'static str, default: u16) -> Result<Port> {
    let number = match variable(setting) {
        None => default,
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .with_context(|| format!("{setting} must be a port number, not \"{text}\""))?,
    };
    Ok(Port { number, service, setting })
}

fn number<T>(setting: &str, default: T, range: RangeInclusive<T>) -> Result<T>
where
    T: FromStr + PartialOrd + Display,
{
    let Some(text) = variable(setting) else { return Ok(default) };
    let number = text.parse().ok().filter(|number| range.contains(number));
    let (least, most) = range.into_inner();
    number.with_context(|| format!("{setting} must be a number from {least} to {most}, not \"{text}\""))
}

/// Returns `None` when the variable is unset or empty.
#[expect(clippy::disallowed_methods, reason = "the only place that reads settings")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The names of all `AWS_*` variables in the environment. They are removed from the environment of
/// the functions: a developer's AWS profile must not decide where local functions send data.
#[expect(clippy::disallowed_methods, reason = "reads names only")]
pub(crate) fn aws_variables() -> Vec<String> {
    env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| name.starts_with("AWS_")).collect()
}
