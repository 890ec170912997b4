//! Account lockout after wrong passwords, and rehashing at sign-in.

use futures_util::future::join_all;
use shared::config::{PepperConfig, Secret};

use crate::support::{
    app::{PASSWORD, TestApp},
    functions::Settings,
};

async fn sign_in_wrong(app: &TestApp, times: usize) {
    for _ in 0..times {
        app.login("ada@example.com", "wrong").await.expect_problem(401, "UNAUTHORIZED");
    }
}

async fn sign_in(app: &TestApp) -> u16 {
    app.login("ada@example.com", PASSWORD).await.status.as_u16()
}

/// The stored number of wrong passwords.
fn failures(app: &TestApp) -> String {
    let items = app.dynamo.items();
    let credential = items.iter().find(|item| item["sk"]["S"] == "CREDENTIAL").unwrap();
    credential["failures"]["N"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_fifth_wrong_password_locks_the_account_even_for_the_right_one() {
    let (app, _) = TestApp::with_user().await;
    sign_in_wrong(&app, 4).await;
    assert_eq!(sign_in(&app).await, 200);
    sign_in_wrong(&app, 5).await;
    assert_eq!(sign_in(&app).await, 401);
    app.clock.advance(1);
    assert_eq!(sign_in(&app).await, 200);
    assert_eq!(failures(&app), "0");
}

#[tokio::test]
async fn the_lock_doubles_up_to_15_minutes() {
    let (app, _) = TestApp::with_user().await;
    sign_in_wrong(&app, 5).await;
    for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        app.clock.advance(seconds - 1);
        assert_eq!(sign_in(&app).await, 401, "one second before the end of a lock of {seconds} s");
        app.clock.advance(1);
        sign_in_wrong(&app, 1).await;
    }
    app.clock.advance(900);
    assert_eq!(sign_in(&app).await, 200, "the owner can always sign in after the lock");
}

#[tokio::test]
async fn attempts_during_the_lock_do_not_extend_it() {
    let (app, _) = TestApp::with_user().await;
    sign_in_wrong(&app, 7).await;
    let counted = failures(&app);
    sign_in_wrong(&app, 20).await;
    assert_eq!(failures(&app), counted);
    app.clock.advance(4);
    assert_eq!(sign_in(&app).await, 200);
}

#[tokio::test]
async fn concurrent_wrong_passwords_are_all_counted() {
    let (app, _) = TestApp::with_user().await;
    let responses = join_all((0..16).map(|_| app.login("ada@example.com", "wrong"))).await;
    let counted = responses.iter().filter(|response| response.status == 401).count();
    // Attempts that started after the fifth one were ignored, and rejected ones (503) were not
    // counted either.
    let count: usize = failures(&app).parse().unwrap();
    assert!((5..=counted).contains(&count), "{count} of {counted}");
    assert_eq!(sign_in(&app).await, 401);
}

#[tokio::test]
async fn an_unknown_address_makes_the_same_calls_and_stores_nothing() {
    let (app, _) = TestApp::with_user().await;
    let before = app.dynamo.items().len();
    app.login("nobody@example.com", "wrong").await.expect_problem(401, "UNAUTHORIZED");
    assert_eq!(app.dynamo.take_operations(), ["GetItem", "UpdateItem"]);
    assert_eq!(app.dynamo.items().len(), before);
}

fn peppers(ids: &[&str]) -> Settings {
    let pepper = |id: &&str| ((*id).to_owned(), Secret::new(format!("a pepper called {id}").into_bytes()));
    Settings { peppers: PepperConfig { peppers: ids.iter().map(pepper).collect() }, ..Settings::default() }
}

#[tokio::test]
async fn sign_in_replaces_a_hash_with_an_outdated_pepper() {
    let app = TestApp::with(peppers(&["1"])).await;
    app.user("ada@example.com").await;
    let stored = |app: &TestApp| {
        let items = app.dynamo.items();
        let item = items.iter().find(|item| item["sk"]["S"] == "CREDENTIAL").unwrap().clone();
        (item["pepper"]["S"].as_str().unwrap_or_default().to_owned(), item["password_hash"]["S"].clone())
    };
    let (pepper, hash) = stored(&app);
    assert_eq!(pepper, "1");
    assert!(!serde_json::to_string(&app.dynamo.items()).unwrap().contains("a pepper called"));

    let app = app.other_instances_with(peppers(&["2", "1"]));
    assert_eq!(sign_in(&app).await, 200);
    let (pepper, rehashed) = stored(&app);
    assert_eq!(pepper, "2");
    assert_ne!(hash, rehashed);
    assert_eq!(sign_in(&app).await, 200);
    assert_eq!(stored(&app), (pepper, rehashed), "the hash is replaced only once");
}
