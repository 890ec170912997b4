//! `audit-relay`

use serde_json::json;
use shared::{
    audit::{Audit, AuditIngest},
    domain::{AuditAction, RequestSource, SessionId, UserId},
};

use super::{actions, stored_events};
use crate::support::{
    app::{TestApp, User},
    dynamo::Fault,
    functions::Settings,
    ports::unused_port,
    sqs::TestQueue,
};

async fn app_without_queue() -> (TestApp, User) {
    let unreachable = TestQueue::at(format!("http://127.0.0.1:{}", unused_port()));
    let app = TestApp::with(Settings { queue: Some(unreachable), ..Settings::default() }).await;
    let admin = app.admin().await;
    app.audit_relay().await;
    (app, admin)
}

#[tokio::test]
async fn it_moves_all_entries_in_order() {
    let (app, admin) = app_without_queue().await;
    let ada = app.user("ada@example.com").await;
    for n in 0..50 {
        app.clock.advance(1);
        app.add(&ada, &format!("Title {n}"), "movie").await;
    }
    assert_eq!(app.audit_relay().await, json!({"stored": 52, "left": 0}));
    assert_eq!(app.audit_relay().await, json!({"stored": 0, "left": 0}));
    let answer = app.get(&format!("/v1/admin/audit?user_id={}&limit=100", ada.id)).bearer(&admin.token).send().await;
    let titles: Vec<_> = answer.expect(200)["events"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .filter_map(|event| event["changes"]["title"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(titles, (0..50).map(|n| format!("Title {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn interruptions_neither_lose_nor_duplicate_events() {
    let (app, admin) = app_without_queue().await;
    let ada = app.user("ada@example.com").await;
    app.add(&ada, "Alien", "movie").await;
    let source = RequestSource { request_id: "r".to_owned(), ..RequestSource::default() };
    let id = UserId::parse(&ada.id).unwrap();
    let action =
        AuditAction::logged_out(id, SessionId::new(app.clock.clock().now(), &shared::random::Random::system()));
    app.build::<Audit>().record_now(action, &source).await.unwrap();
    let entries = || {
        let items = app.dynamo.trail_items();
        items.into_iter().filter(|item| item["pk"]["S"].as_str().unwrap().starts_with("OUTBOX#")).count()
    };
    assert_eq!(entries(), 4);
    for calls in 0..20 {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let ingest: AuditIngest = app.build();
        let _interrupted = ingest.drain(std::time::Duration::from_secs(5)).await;
        app.dynamo.set_fault(Fault::None);
    }
    assert_eq!(entries(), 0);
    let seen = stored_events(&app, &admin).await;
    let mut expected = [
        "auth.registered",
        "admin.promoted",
        "auth.logged_in",
        "auth.registered",
        "auth.logged_in",
        "watchlist.item_added",
        "auth.logged_out",
    ];
    expected.sort_unstable();
    assert_eq!(actions(&seen), expected);
    let stats = app.get("/v1/admin/stats").bearer(&admin.token).send().await;
    // The `admin.viewed` event of reading the trail is still in the outbox.
    assert_eq!(stats.expect(200)["audit_events"], 7);
}

#[tokio::test]
async fn invalid_entries_stay_in_the_outbox_and_do_not_block_others() {
    let (app, _admin) = app_without_queue().await;
    let ada = app.user("ada@example.com").await;
    app.add(&ada, "Alien", "movie").await;
    for shard in 0..4 {
        let entry = json!({"TableName": "watchlist", "Item": {
            "pk": {"S": format!("OUTBOX#{shard}")},
            "sk": {"S": "EVENT#00000000-0000-7000-8000-000000000000"},
            "body": {"S": "{\"version\":2}"},
        }});
        app.dynamo.database.put_item(serde_json::from_value(entry).unwrap()).unwrap();
    }
    assert_eq!(app.audit_relay().await, json!({"stored": 3, "left": 4}));
    assert_eq!(app.audit_relay().await, json!({"stored": 0, "left": 4}));
}
