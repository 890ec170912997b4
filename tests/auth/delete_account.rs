//! `DELETE /v1/auth/me`

use serde_json::{Value, json};
use shared::{
    domain::{Email, EventId, RequestSource, UserId},
    random::Random,
    services::accounts::{AccountDeletion, DeletionRequester},
    store::{Error, OutboxEntry, Users},
};

use crate::support::{
    app::{PASSWORD, TestApp, User},
    dynamo::{Fault, TABLE},
    fake_catalog::FakeCatalog,
    functions::Settings,
};

async fn delete(app: &TestApp, user: &User, password: &str) -> crate::support::response::TestResponse {
    app.delete("/v1/auth/me").bearer(&user.token).json(&json!({"password": password})).send().await
}

#[tokio::test]
async fn deleting_an_account_deletes_all_of_its_data_and_no_other() {
    let (app, ada) = TestApp::with_user().await;
    let grace = app.user("grace@example.com").await;
    for n in 0..60 {
        app.add(&ada, &format!("Title {n}"), "movie").await;
    }
    app.add(&grace, "Hers", "show").await;
    app.login("ada@example.com", PASSWORD).await.expect(200);
    delete(&app, &ada, "wrong").await.expect_problem(401, "UNAUTHORIZED");
    assert_eq!(delete(&app, &ada, PASSWORD).await.expect(204), &Value::Null);

    let remaining = app.dynamo.items();
    let about_ada = |item: &&Value| item.to_string().contains(&ada.id) || item.to_string().contains("ada@example.com");
    assert_eq!(remaining.iter().filter(about_ada).collect::<Vec<_>>(), Vec::<&Value>::new());
    assert_eq!(remaining.len(), 4, "profile, credential, session and item of the other account: {remaining:#?}");
    app.get("/v1/auth/me").bearer(&ada.token).send().await.expect_problem(401, "UNAUTHORIZED");
    app.login("ada@example.com", PASSWORD).await.expect_problem(401, "UNAUTHORIZED");
    app.register("ada@example.com", PASSWORD).await.expect(201);
}

#[tokio::test]
async fn repeating_an_interrupted_deletion_completes_it() {
    let (app, ada) = TestApp::with_user().await;
    for n in 0..60 {
        app.add(&ada, &format!("Title {n}"), "movie").await;
    }
    // The table fails at the first, second, third ... call of the deletion.
    for calls in 4..14 {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let answer = delete(&app, &ada, PASSWORD).await;
        app.dynamo.set_fault(Fault::None);
        // 401: the account was already deleted when the removal of leftovers failed.
        if [204, 401].contains(&answer.status.as_u16()) {
            assert!(calls > 8, "the deletion makes too few calls to be interrupted");
            assert_eq!(app.dynamo.items().len(), 0);
            return;
        }
        answer.expect_problem(503, "UNAVAILABLE");
    }
    delete(&app, &ada, PASSWORD).await.expect(204);
    assert_eq!(app.dynamo.items().len(), 0);
}

#[tokio::test]
async fn an_account_with_10_000_items_is_deleted_completely() {
    let (app, ada) = TestApp::with_user().await;
    for n in 0..10_000 {
        let item = json!({"TableName": TABLE, "Item": {
            "pk": {"S": format!("USER#{}#WATCHLIST", ada.id)},
            "sk": {"S": format!("ITEM#{n:06}")},
            "type_id": {"S": format!("movie#{n:06}")},
            "title": {"S": format!("Title {n}")},
        }});
        app.dynamo.database.put_item(serde_json::from_value(item).unwrap()).unwrap();
    }
    let mut answer = delete(&app, &ada, PASSWORD).await;
    while answer.status == 503 {
        answer = delete(&app, &ada, PASSWORD).await;
    }
    answer.expect(204);
    assert_eq!(app.dynamo.items().len(), 0);
}

/// The account deletion, and an account that is read before other requests change it.
async fn deletion(app: &TestApp, id: &str) -> (AccountDeletion, Users, shared::domain::User) {
    let users: Users = app.build();
    let user = users.get(UserId::parse(id).unwrap()).await.unwrap().unwrap();
    (app.build(), users, user)
}

fn requester(user: &shared::domain::User) -> DeletionRequester {
    DeletionRequester { id: user.id, current_session: None, source: RequestSource::default() }
}

fn entry(app: &TestApp) -> OutboxEntry {
    let now = app.clock.clock().now();
    OutboxEntry { id: EventId::new(now, &Random::system()), body: String::new() }
}

#[tokio::test]
async fn deleting_an_account_revokes_its_cached_session() {
    let (app, ada) = TestApp::with_user().await;
    let list = || app.get("/v1/watchlists").bearer(&ada.token).send();
    list().await.expect(200);
    delete(&app, &ada, PASSWORD).await.expect(204);
    list().await.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn an_account_that_is_enabled_during_its_deletion_stays_counted() {
    let app = TestApp::new().await;
    let (_one, two) = (app.admin().await, app.second_admin().await);
    let (deletion, users, user) = deletion(&app, &two.id).await;
    // The account is enabled, as if an administrator had enabled it between disabling and deleting.
    assert!(matches!(users.delete(&user, None, &entry(&app)).await, Err(Error::Conflict)));
    assert!(users.get(user.id).await.unwrap().is_some());
    deletion.run(&user, &requester(&user)).await.unwrap();
    let items = app.dynamo.items();
    assert_eq!(items.iter().find(|item| item["pk"]["S"] == "ADMINS").unwrap()["count"]["N"], "1");
}

#[tokio::test]
async fn a_late_deletion_does_not_affect_the_next_account_with_the_same_address() {
    let (app, ada) = TestApp::with_user().await;
    let (deletion, users, user) = deletion(&app, &ada.id).await;
    delete(&app, &ada, PASSWORD).await.expect(204);
    let next = app.user("ada@example.com").await;
    deletion.run(&user, &requester(&user)).await.unwrap();
    assert!(matches!(users.delete(&user, None, &entry(&app)).await, Err(Error::Conflict)));
    assert!(users.credential(&Email::parse("ada@example.com").unwrap()).await.unwrap().is_some());
    app.get("/v1/auth/me").bearer(&next.token).send().await.expect(200);
    app.login("ada@example.com", PASSWORD).await.expect(200);
}

/// All items except those of the catalogue: products and the refresh round.
fn remaining(app: &TestApp) -> Vec<Value> {
    let is_catalogue = |pk: &str| pk.starts_with("PRODUCT#") || pk == "REFRESH";
    app.dynamo.items().into_iter().filter(|item| !is_catalogue(item["pk"]["S"].as_str().unwrap())).collect()
}

/// An app over a catalogue, and a user with two customers, each with 120 favourites that have
/// histories.
async fn with_customers() -> (TestApp, User, [String; 2]) {
    let catalog = FakeCatalog::with_products(120).await;
    let app = TestApp::with(Settings { catalog: catalog.config(), ..Settings::default() }).await;
    let ada = app.user("ada@example.com").await;
    let customers = [app.customer(&ada, "one@example.com").await, app.customer(&ada, "two@example.com").await];
    let ids: Vec<u32> = (1..=120).collect();
    for customer in &customers {
        for ids in ids.chunks(50) {
            app.favorite(&ada, customer, json!(ids)).await.expect(201);
        }
    }
    app.clock.advance(60);
    for id in ids {
        catalog.set_price(id, "11.00");
    }
    app.catalog_refresh().await;
    app.do_refreshes().await;
    assert!(
        app.dynamo.items().iter().filter(|item| item["pk"]["S"].as_str().unwrap().ends_with("#HISTORY")).count() == 240
    );
    (app, ada, customers)
}

/// The counters of customers and favourites.
async fn counters(app: &TestApp) -> (i64, i64) {
    app.store_events().await;
    let stats = app.dynamo.items_under("STATS");
    let sum = |name: &str| -> i64 {
        stats.iter().filter_map(|shard| shard[name]["N"].as_str()).map(|number| number.parse::<i64>().unwrap()).sum()
    };
    (sum("customers"), sum("favorites"))
}

#[tokio::test]
async fn deleting_an_account_deletes_its_customers_favourites_and_histories() {
    let (app, ada, _) = with_customers().await;
    let grace = app.user("grace@example.com").await;
    app.customer(&grace, "hers@example.com").await;
    delete(&app, &ada, PASSWORD).await.expect(204);
    let is_hers = |item: &Value| item.to_string().contains(&grace.id);
    assert_eq!(remaining(&app).into_iter().filter(|item| !is_hers(item)).collect::<Vec<_>>(), Vec::<Value>::new());
    app.customer(&grace, "one@example.com").await;
    assert_eq!(counters(&app).await, (2, 0));
    delete(&app, &grace, PASSWORD).await.expect(204);
    assert_eq!(remaining(&app), Vec::<Value>::new());
    assert_eq!(counters(&app).await, (0, 0));
}

#[tokio::test]
async fn deleting_an_account_completes_interrupted_deletions_of_customers() {
    let (app, ada, customers) = with_customers().await;
    app.get("/v1/auth/me").bearer(&ada.token).send().await.expect(200);
    // The fault follows the read and the transaction that marks the customer as deleted, and then
    // the deletion of its favourites.
    for (customer, calls) in customers.iter().zip([2, 4]) {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let path = format!("/v1/customers/{customer}");
        app.delete(&path).bearer(&ada.token).send().await.expect_problem(503, "UNAVAILABLE");
        app.dynamo.set_fault(Fault::None);
    }
    assert_eq!(app.dynamo.items().iter().filter(|item| !item["deleted_at"].is_null()).count(), 2);
    delete(&app, &ada, PASSWORD).await.expect(204);
    assert_eq!(remaining(&app), Vec::<Value>::new());
    assert_eq!(counters(&app).await, (0, 0));
}

#[tokio::test]
async fn repeating_an_interrupted_deletion_of_an_account_with_customers_completes_it() {
    let (app, ada, _) = with_customers().await;
    for calls in 2.. {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let answer = delete(&app, &ada, PASSWORD).await;
        app.dynamo.set_fault(Fault::None);
        // 401: the account was already deleted when the removal of leftovers failed.
        if [204, 401].contains(&answer.status.as_u16()) {
            assert!(calls > 8, "the deletion makes too few calls to be interrupted");
            break;
        }
        answer.expect_problem(503, "UNAVAILABLE");
    }
    assert_eq!(remaining(&app), Vec::<Value>::new());
    assert_eq!(counters(&app).await, (0, 0));
}

#[tokio::test]
async fn deletion_by_an_administrator_deletes_the_customers() {
    let (app, ada, _) = with_customers().await;
    let admin = app.admin().await;
    app.delete(&format!("/v1/admin/users/{}", ada.id)).bearer(&admin.token).send().await.expect(204);
    let about_admin = |item: &Value| item.to_string().contains(&admin.id) || item["pk"]["S"] == "ADMINS";
    let others: Vec<_> = remaining(&app).into_iter().filter(|item| !about_admin(item)).collect();
    assert_eq!(others, Vec::<Value>::new());
    assert_eq!(counters(&app).await, (0, 0));
    let events = app.get("/v1/admin/audit?limit=100&action=customer.deleted").bearer(&admin.token).send().await;
    let events = events.expect(200)["events"].as_array().unwrap().clone();
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event["actor"]["id"] == json!(admin.id)));
}
