//! `/v1/watchlists`

mod add;
mod get;
mod list;
mod model;
mod remove;
mod update;
