//! `/v1/watchlists`

mod add;
mod get;
mod idempotency;
mod list;
mod model;
mod remove;
mod update;
