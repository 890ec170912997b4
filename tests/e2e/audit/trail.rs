//! Reads the audit trail through the API.

use std::collections::HashSet;

use serde_json::Value;

use super::user::User;

/// The first page of the administrators' trail.
const ALL: &str = "/v1/admin/audit?limit=100";
/// The first page of a user's own trail.
const OWN: &str = "/v1/auth/audit?limit=100";
/// The first characters by which a spreadsheet recognizes a formula.
const FORMULA_PREFIXES: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The fields of an event that the test compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) action: String,
    pub(crate) target: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) request_id: String,
}

/// The trail with the events of all users.
pub(crate) struct AuditTrail<'a> {
    pub(crate) admin: &'a User<'a>,
}

impl<'a> AuditTrail<'a> {
    pub(crate) fn read_by(admin: &'a User<'a>) -> Self {
        Self { admin }
    }

    /// All events, newest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        read_json(self.admin, ALL).await
    }

    /// The same events from the CSV export.
    pub(crate) async fn exported(&self) -> Vec<Event> {
        read_csv(self.admin, ALL).await
    }

    /// The totals that the API reports.
    pub(crate) async fn stats(&self) -> Value {
        self.admin.get("/v1/admin/stats").await.expect(200).clone()
    }
}

/// The user's own events, newest first.
pub(crate) async fn own(user: &User<'_>) -> Vec<Event> {
    read_json(user, OWN).await
}

/// The same events from the CSV export.
pub(crate) async fn own_exported(user: &User<'_>) -> Vec<Event> {
    read_csv(user, OWN).await
}

/// Removes the actions of administrators. Reading the trail itself adds such events.
pub(crate) fn without_admin_actions(mut events: Vec<Event>) -> Vec<Event> {
    events.retain(|event| !event.action.starts_with("admin."));
    events
}

async fn read_json(user: &User<'_>, first: &str) -> Vec<Event> {
    let (mut events, mut path) = (Vec::new(), first.to_owned());
    loop {
        let response = user.get(&path).await;
        let body = response.expect(200);
        events.extend(body["events"].as_array().unwrap().iter().map(from_json));
        let Some(cursor) = body["next_cursor"].as_str() else { break };
        path = format!("{first}&cursor={cursor}");
    }
    assert_unique_and_sorted(events)
}

async fn read_csv(user: &User<'_>, first: &str) -> Vec<Event> {
    let (mut events, mut path) = (Vec::new(), first.to_owned());
    loop {
        let response = user.get_csv(&path).await;
        assert_eq!(response.status(), 200);
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert!(header("content-type").unwrap().starts_with("text/csv"));
        let next = header("link");
        // The reader requires every record to have as many cells as there are column names.
        let body = response.bytes().await.unwrap();
        let mut table = csv::Reader::from_reader(body.as_ref());
        let names = table.headers().unwrap().clone();
        for record in table.records() {
            let record = record.unwrap();
            assert!(
                !record.iter().any(|cell| cell.starts_with(FORMULA_PREFIXES)),
                "a spreadsheet would evaluate {record:?}"
            );
            events.push(from_record(&names, &record));
        }
        let Some(next) = next else { break };
        let next = next.strip_prefix('<').unwrap().split('>').next().unwrap();
        next[next.find("/v1/").unwrap()..].clone_into(&mut path);
    }
    assert_unique_and_sorted(events)
}

/// Asserts that events are sorted, newest first, and unique.
fn assert_unique_and_sorted(events: Vec<Event>) -> Vec<Event> {
    let ids: HashSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), events.len(), "an event occurs twice");
    assert!(events.is_sorted_by(|newer, older| newer.id > older.id), "the newest event is not first");
    events
}

fn from_json(event: &Value) -> Event {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Event {
        id: text(&event["id"]).unwrap(),
        action: text(&event["action"]).unwrap(),
        target: text(&event["target"]["id"]),
        title: text(&event["changes"]["title"]),
        user_agent: text(&event["actor"]["user_agent"]),
        request_id: text(&event["request_id"]).unwrap(),
    }
}

fn from_record(names: &csv::StringRecord, record: &csv::StringRecord) -> Event {
    let cell = |name: &str| {
        let at = names.iter().position(|it| it == name).unwrap_or_else(|| panic!("no column {name}: {names:?}"));
        record[at].to_owned()
    };
    let changes = serde_json::from_str(&cell("changes")).unwrap_or(Value::Null);
    let non_empty = |text: String| Some(text).filter(|text| !text.is_empty());
    Event {
        id: cell("id"),
        action: cell("action"),
        target: non_empty(cell("target_id")),
        title: changes["title"].as_str().map(str::to_owned),
        // The apostrophe that prevents a formula is not part of the value.
        user_agent: non_empty(cell("actor_user_agent")).map(|cell| cell.trim_start_matches('\'').to_owned()),
        request_id: cell("request_id"),
    }
}
