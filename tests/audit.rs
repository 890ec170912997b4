//! The audit trail: what goes into it, whatever fails on the way, and how it is read.

mod customers;
mod read;
mod record;
mod relay;
mod table;
mod worker;

use serde_json::Value;

use crate::support::app::{TestApp, User};

/// The newest hundred events of everybody's trail, without those of an administrator who looks at something.
async fn events(app: &TestApp, admin: &User) -> Vec<Value> {
    app.store_events().await;
    stored_events(app, admin).await
}

async fn stored_events(app: &TestApp, admin: &User) -> Vec<Value> {
    let answer = app.get("/v1/admin/audit?limit=100").bearer(&admin.token).send().await;
    let events = answer.expect(200)["events"].as_array().unwrap().clone();
    events.into_iter().filter(|event| event["action"] != "admin.viewed").collect()
}

/// The actions of these events, sorted: all happen in one instant unless a test lets time go by.
fn actions(events: &[Value]) -> Vec<&str> {
    let mut actions: Vec<_> = events.iter().map(|event| event["action"].as_str().unwrap()).collect();
    actions.sort_unstable();
    actions
}
