//! The items that the current code stores have the shape of the newest fixtures, kind by kind.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use http::Method;
use serde_json::{Value, json};
use shared::{
    domain::{CustomerId, EventId, ProductId, UserId},
    random::Random,
    store::{Customers, OutboxEntry, RefreshRound, RefreshRounds},
};

use super::{
    api::{ApiRequest, settle},
    fixtures,
    kinds::{self, Shape},
    outside,
    walk::{Person, Walk},
};
use crate::support::{app::TestApp, fake_catalog::FakeCatalog, functions::Settings, keys::TestKeys};

/// The values of a walk: stored items and formats outside the table, by kind.
struct Recorded {
    items: BTreeMap<String, Vec<Value>>,
    outside: BTreeMap<String, Value>,
}

#[tokio::test]
async fn stored_items_match_the_newest_fixtures() {
    let Recorded { items, outside } = record().await;
    let mut faults = Vec::new();
    for kind in kinds::all() {
        let now = items.get(kind).unwrap_or_else(|| panic!("the walk stores no {kind}"));
        let newest = fixtures::items().get(kind).and_then(|versions| versions.last().cloned()).unwrap_or(json!([]));
        let (now, then) = (kinds::shape(now), kinds::shape(newest.as_array().unwrap()));
        faults.extend(difference(&format!("items/{kind}"), &now, &then, &json!(items[kind])));
    }
    for (kind, now) in outside {
        let newest = fixtures::outside().get(&kind).and_then(|versions| versions.last().cloned()).unwrap_or(json!([]));
        let (shape, then) = (outside::shape(&kind, &now), outside::shape(&kind, &newest));
        faults.extend(difference(&format!("outside/{kind}"), &shape, &then, &now));
    }
    assert!(
        faults.is_empty(),
        "{}\nThe deployed release does not know this change. If it is compatible (docs/ARCHITECTURE.md, \"Changing \
         what is stored\"), add the next version: a copy of the newest one with this change, under the same keys. Never \
         edit a released version.",
        faults.join("\n")
    );
}

/// Describes how a shape differs from the newest fixture, and writes the current values to a file
/// for copying.
fn difference(kind: &str, now: &Shape, then: &Shape, values: &Value) -> Option<String> {
    if now == then {
        return None;
    }
    let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures").join(format!("{kind}.json"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let lines: Vec<String> = values.as_array().unwrap().iter().map(ToString::to_string).collect();
    fs::write(&path, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    let other = |a: &Shape, b: &Shape| -> Vec<String> {
        a.iter().filter(|(path, member)| b.get(*path) != Some(member)).map(|it| format!("    {it:?}")).collect()
    };
    let (new, old) = (other(now, then).join("\n"), other(then, now).join("\n"));
    Some(format!("{kind}:\n  is now\n{new}\n  and was\n{old}\n  current values: {}", path.display()))
}

/// Runs a walk and adds the items that no walk leaves behind.
async fn record() -> Recorded {
    let catalog = FakeCatalog::with_products(120).await;
    let settings = Settings { catalog: catalog.config(), ..Settings::default() };
    let app = TestApp::with_keys(TestKeys::fixed(), settings.clone()).await;
    let walk = Walk { api: &app, catalog: &catalog, name: "one" };
    let mut messages = walk.go().await;
    let with_pepper = app.other_instances_with(Settings { peppers: super::peppers(), ..app.settings.clone() });
    Walk { api: &with_pepper, catalog: &catalog, name: "one" }.person("pepper").await;
    messages.extend(settle(&app).await);

    let mut ada = walk.sign_in("ada").await;
    walk.rotation(&mut ada).await;
    let mut items = app.dynamo.all_items();
    rare_states(&app, &ada).await;
    let before: Vec<Value> = std::mem::take(&mut items);
    items = app.dynamo.all_items();
    items.extend(before.into_iter().filter(|item| kinds::kind_of(item) == "refresh-round"));
    items.sort_by_key(|item| (item.get("queued_up_to").is_some(), item["pk"].to_string(), item["sk"].to_string()));

    let outside = outside::collect(&app, &ada, &messages).await;
    let mut by_kind: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for item in items {
        by_kind.entry(kinds::kind_of(&item).to_owned()).or_default().push(item);
    }
    // Of the many events, a minimal subset with the same shape is enough.
    for kind in ["audit-event", "nobodys-event"] {
        let events = by_kind.get_mut(kind).unwrap();
        let all = kinds::shape(events.iter());
        let mut subset: Vec<Value> = events.clone();
        for event in std::mem::take(events) {
            let fewer: Vec<Value> = subset.iter().filter(|other| **other != event).cloned().collect();
            if kinds::shape(fewer.iter()) == all {
                subset = fewer;
            }
        }
        *events = subset;
    }
    Recorded { items: by_kind, outside }
}

/// Stores items that exist only for a moment or only with much data.
async fn rare_states(app: &TestApp, ada: &Person) {
    let walk_customers = app.get("/v1/customers").bearer(&ada.token).send().await.expect(200).clone();
    let id = |index: usize| CustomerId::parse(walk_customers["customers"][index]["id"].as_str().unwrap()).unwrap();
    let (owner, customers) = (UserId::parse(&ada.id).unwrap(), Customers::new(app.dynamo.table()));
    let now = app.clock.clock().now();
    let entry = OutboxEntry { id: EventId::new(now, &Random::system()), body: "{}".to_owned() };
    let deleted = customers.get(owner, id(0)).await.unwrap().unwrap();
    customers.set_refresh_pause(owner, id(0), now).await.unwrap();
    customers.mark_deleted(&deleted, now, &entry).await.unwrap();
    customers.set_refresh_pause(owner, id(1), now).await.unwrap();
    shared::store::Outbox::new(app.dynamo.table()).delete(&[entry.id]).await.unwrap();
    let round = RefreshRound { began_at: now, queued_up_to: Some(ProductId::parse("3").unwrap()), is_over: false };
    RefreshRounds::new(app.dynamo.table()).put(&round).await.unwrap();
    // The event stays in the outbox until the relay runs.
    let request = ApiRequest::new(Method::POST, "/v1/auth/register");
    let body = json!({"email": "outbox@example.com", "password": crate::support::app::PASSWORD});
    super::api::Api::send(app, request.json(body)).await.expect(201);
}
