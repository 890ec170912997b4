//! What a caller can set. All of it comes from the environment, so that `make run API_PORT=9100` works: make exports
//! what stands on its command line.

use std::{env, fmt::Display, ops::RangeInclusive, path::PathBuf, str::FromStr};

use anyhow::{Context, Result};

use crate::{catalog, ports::Port};

/// Ports, folder and size of the stack.
pub(crate) struct Settings {
    pub(crate) api: Port,
    pub(crate) dynamodb: Port,
    pub(crate) redis: Port,
    pub(crate) sqs: Port,
    /// The stand-in, which serves whether the functions read it or another.
    pub(crate) catalog: Port,
    /// `LOCAL_DIR`: data, logs and secrets.
    pub(crate) folder: PathBuf,
    /// `FUNCTION_INSTANCES`: how many processes serve each function. Two by default, so that what only works when the
    /// next request meets the same process shows on the developer's machine.
    pub(crate) instances: usize,
    /// `AUDIT_VISIBILITY_SECONDS`: how long a message that was received stays hidden. By default six times the timeout of
    /// `audit-worker`, as AWS recommends; a test makes it short, to see what comes back.
    pub(crate) audit_visibility: u32,
    /// `CATALOG_VISIBILITY_SECONDS`: the same for the queue `catalog` and `catalog-worker`.
    pub(crate) catalog_visibility: u32,
    /// `CATALOG_KIND`: the shape of the catalogue that the functions read.
    pub(crate) catalog_kind: catalog::Kind,
    /// `CATALOG_URL`: where that is. By default the stand-in, in that shape.
    pub(crate) catalog_url: String,
    /// `SQS_URL_FOR_FUNCTIONS`: where the functions, and nothing else, look for SQS. By default where it is; a test puts
    /// something between that breaks.
    pub(crate) sqs_for_functions: Option<String>,
}

impl Settings {
    pub(crate) fn read() -> Result<Self> {
        let catalog = port("the catalogue", "CATALOG_PORT", 9004)?;
        let catalog_kind = variable("CATALOG_KIND").unwrap_or_else(|| "fakestore".into());
        let catalog_kind = catalog_kind.parse().with_context(|| format!("CATALOG_KIND is \"{catalog_kind}\""))?;
        Ok(Self {
            api: port("the API", "API_PORT", 9000)?,
            dynamodb: port("DynamoDB", "DYNAMODB_PORT", 9001)?,
            redis: port("Redis", "REDIS_PORT", 9002)?,
            sqs: port("SQS", "SQS_PORT", 9003)?,
            catalog,
            folder: variable("LOCAL_DIR").map_or_else(|| PathBuf::from(".local"), PathBuf::from),
            instances: number("FUNCTION_INSTANCES", 2, 1..=16)?,
            audit_visibility: number("AUDIT_VISIBILITY_SECONDS", 30, 2..=43200)?,
            catalog_visibility: number("CATALOG_VISIBILITY_SECONDS", 360, 2..=43200)?,
            catalog_kind,
            catalog_url: variable("CATALOG_URL").unwrap_or_else(|| catalog::base(catalog, catalog_kind)),
            sqs_for_functions: variable("SQS_URL_FOR_FUNCTIONS"),
        })
    }

    pub(crate) fn ports(&self) -> [Port; 5] {
        [self.api, self.dynamodb, self.redis, self.sqs, self.catalog]
    }
}

fn port(purpose: &'static str, setting: &'static str, default: u16) -> Result<Port> {
    let number = match variable(setting) {
        None => default,
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .with_context(|| format!("{setting} must be a port number, not \"{text}\""))?,
    };
    Ok(Port { number, purpose, setting })
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

#[expect(clippy::disallowed_methods, reason = "the one place where the local stack reads its settings")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The names of the caller's `AWS_*` variables. The stack hides them from what it starts: a developer's profile or
/// session must not decide where local functions send their data.
#[expect(clippy::disallowed_methods, reason = "looks at names only")]
pub(crate) fn aws_variables() -> Vec<String> {
    env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| name.starts_with("AWS_")).collect()
}
