//! Logs and metrics: one JSON object per line on standard output, which Lambda sends to CloudWatch.
//! `docs/LOGGING.md` lists the fields, and the data that is never logged.

use std::{
    io::{self, Write},
    panic::{self, PanicHookInfo},
};

use serde_json::{Map, Value, json};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, registry, util::SubscriberInitExt};

use crate::{
    clock::Clock,
    config::{ConfigError, Variables},
};

/// Sets up logging and the panic hook, once per process. `LOG_LEVEL` is a level, or levels by
/// target such as `info,aws_smithy_runtime=debug`; by default `info`.
///
/// # Errors
/// `LOG_LEVEL` is invalid. Logging is set up with the default, so that the error can be logged.
pub fn init(variables: &Variables) -> Result<(), ConfigError> {
    let info = Targets::new().with_default(LevelFilter::INFO);
    let filter = variables.parsed_or("LOG_LEVEL", "a level such as info, or levels by target", info.clone());
    let lines = fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(false);
    let lines = lines.with_target(false).with_filter(filter.clone().unwrap_or(info));
    registry().with(lines).init();
    panic::set_hook(Box::new(log_panic));
    filter.map(drop)
}

/// Metrics of a function, in addition to those that CloudWatch derives from its log lines.
#[derive(Debug, Clone)]
pub struct Metrics {
    function: String,
    clock: Clock,
}

impl Metrics {
    /// Creates the metrics of the function with this name.
    #[must_use]
    pub const fn new(function: String, clock: Clock) -> Self {
        Self { function, clock }
    }

    /// Writes one line in CloudWatch's embedded metric format, from which CloudWatch extracts the
    /// metrics. All are counts:
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
    pub fn count(&self, counts: &[(&str, usize)]) {
        let definitions: Vec<Value> = counts.iter().map(|(name, _)| json!({ "Name": name, "Unit": "Count" })).collect();
        let directive = json!({ "Namespace": "Watchlist", "Dimensions": [["FunctionName"]], "Metrics": definitions });
        let mut line: Map<String, Value> =
            counts.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
        line.insert("FunctionName".to_owned(), json!(self.function));
        let timestamp = self.clock.now().as_millisecond();
        line.insert("_aws".to_owned(), json!({ "Timestamp": timestamp, "CloudWatchMetrics": [directive] }));
        // A metric that cannot be written must not fail the function.
        let _write_error = writeln!(io::stdout().lock(), "{}", Value::Object(line));
    }
}

/// Logs the location of a panic, and not its message, which may contain a value.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    tracing::error!(location, "panic");
}
