//! The audit trail, as those see it who may.

use std::collections::HashSet;

use serde_json::Value;

use super::person::Person;

/// What everybody's trail begins with.
const ALL: &str = "/v1/admin/audit?limit=100";
/// What one's own begins with.
const OWN: &str = "/v1/auth/audit?limit=100";
/// What a spreadsheet takes a cell for a formula by.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// What the test looks at of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) action: String,
    pub(crate) target: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) request_id: String,
}

/// Everybody's trail.
pub(crate) struct Trail<'a> {
    pub(crate) admin: &'a Person<'a>,
}

impl<'a> Trail<'a> {
    pub(crate) fn read_by(admin: &'a Person<'a>) -> Self {
        Self { admin }
    }

    pub(crate) async fn everything(&self) -> Vec<Event> {
        pages(self.admin, ALL).await
    }

    /// The same, from its tables.
    pub(crate) async fn exported(&self) -> Vec<Event> {
        tables(self.admin, ALL).await
    }

    /// What there is of everything, by the product's own count.
    pub(crate) async fn stats(&self) -> Value {
        self.admin.get("/v1/admin/stats").await.expect(200).clone()
    }
}

/// One's own trail.
pub(crate) async fn own(person: &Person<'_>) -> Vec<Event> {
    pages(person, OWN).await
}

/// The same, from its tables.
pub(crate) async fn own_exported(person: &Person<'_>) -> Vec<Event> {
    tables(person, OWN).await
}

/// All but what administrators did, of which there is more with each look.
pub(crate) fn without_admins(mut events: Vec<Event>) -> Vec<Event> {
    events.retain(|event| !event.action.starts_with("admin."));
    events
}

async fn pages(person: &Person<'_>, first: &str) -> Vec<Event> {
    let (mut events, mut path) = (Vec::new(), first.to_owned());
    loop {
        let answer = person.get(&path).await;
        let body = answer.expect(200);
        events.extend(body["events"].as_array().unwrap().iter().map(from_json));
        let Some(cursor) = body["next_cursor"].as_str() else { break };
        path = format!("{first}&cursor={cursor}");
    }
    each_once(events)
}

async fn tables(person: &Person<'_>, first: &str) -> Vec<Event> {
    let (mut events, mut path) = (Vec::new(), first.to_owned());
    loop {
        let answer = person.get_csv(&path).await;
        assert_eq!(answer.status(), 200);
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert!(header("content-type").unwrap().starts_with("text/csv"));
        let next = header("link");
        // Names of columns, and then as many cells in each record: the reader insists on it.
        let body = answer.bytes().await.unwrap();
        let mut table = csv::Reader::from_reader(body.as_ref());
        let names = table.headers().unwrap().clone();
        for record in table.records() {
            let record = record.unwrap();
            assert!(!record.iter().any(|cell| cell.starts_with(FORMULA)), "a formula: {record:?}");
            events.push(from_record(&names, &record));
        }
        let Some(next) = next else { break };
        let next = next.strip_prefix('<').unwrap().split('>').next().unwrap();
        next[next.find("/v1/").unwrap()..].clone_into(&mut path);
    }
    each_once(events)
}

/// Newest first, and none twice.
fn each_once(events: Vec<Event>) -> Vec<Event> {
    let ids: HashSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), events.len(), "an event is there twice");
    assert!(events.is_sorted_by(|newer, older| newer.id > older.id), "not the newest first");
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
    let if_there = |text: String| Some(text).filter(|text| !text.is_empty());
    Event {
        id: cell("id"),
        action: cell("action"),
        target: if_there(cell("target_id")),
        title: changes["title"].as_str().map(str::to_owned),
        // The apostrophe that keeps a cell from being a formula is no part of what it says.
        user_agent: if_there(cell("actor_user_agent")).map(|cell| cell.trim_start_matches('\'').to_owned()),
        request_id: cell("request_id"),
    }
}
