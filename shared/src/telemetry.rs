//! Logs: one JSON object per line on standard output, which Lambda sends to CloudWatch. `docs/LOGGING.md` lists the
//! fields and what is never logged.

use std::panic::{self, PanicHookInfo};

use tracing_subscriber::EnvFilter;

use crate::config::Variables;

/// Sets up logging and the panic hook, once per process. `LOG_LEVEL` is a level or a
/// [filter](https://docs.rs/tracing-subscriber/latest/tracing_subscriber/filter/struct.EnvFilter.html); by default
/// `info`.
pub fn init(variables: &Variables) {
    let level = variables.optional("LOG_LEVEL").unwrap_or("info");
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_env_filter(filter)
        .init();
    panic::set_hook(Box::new(log_panic));
}

/// A panic is logged with its place only: its message may quote a value.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    tracing::error!(location, "panic");
}
