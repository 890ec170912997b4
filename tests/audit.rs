//! The audit trail: recording, also during failures, and reading.

mod customers;
mod read;
mod record;
mod relay;
mod table;
mod worker;

use serde_json::Value;

use crate::support::app::{TestApp, User};

/// Stores all pending events and returns the newest hundred of all accounts, without
/// `admin.viewed`.
async fn events(app: &TestApp, admin: &User) -> Vec<Value> {
    app.store_events().await;
    stored_events(app, admin).await
}

/// Returns the newest hundred stored events of all accounts, without `admin.viewed`.
async fn stored_events(app: &TestApp, admin: &User) -> Vec<Value> {
    let answer = app.get("/v1/admin/audit?limit=100").bearer(&admin.token).send().await;
    let events = answer.expect(200)["events"].as_array().unwrap().clone();
    events.into_iter().filter(|event| event["action"] != "admin.viewed").collect()
}

/// The actions of these events, sorted by name: events have the same time unless a test advances
/// the clock.
fn actions(events: &[Value]) -> Vec<&str> {
    let mut actions: Vec<_> = events.iter().map(|event| event["action"].as_str().unwrap()).collect();
    actions.sort_unstable();
    actions
}
