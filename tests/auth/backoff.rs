//! What wrong passwords do to an account.

use futures_util::future::join_all;
use shared::config::{PepperConfig, Secret};

use crate::support::{
    app::{PASSWORD, TestApp},
    functions::Settings,
};

async fn fail(app: &TestApp, times: usize) {
    for _ in 0..times {
        app.login("ada@example.com", "wrong").await.expect_problem(401, "UNAUTHORIZED");
    }
}

async fn right(app: &TestApp) -> u16 {
    app.login("ada@example.com", PASSWORD).await.status.as_u16()
}

/// What the table says.
fn failures(app: &TestApp) -> String {
    let items = app.dynamo.items();
    let credential = items.iter().find(|item| item["sk"]["S"] == "CREDENTIAL").unwrap();
    credential["failures"]["N"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_fifth_failure_makes_even_the_right_password_wait() {
    let (app, _) = TestApp::with_user().await;
    fail(&app, 4).await;
    assert_eq!(right(&app).await, 200);
    fail(&app, 5).await;
    assert_eq!(right(&app).await, 401);
    app.clock.advance(1);
    assert_eq!(right(&app).await, 200);
    assert_eq!(failures(&app), "0");
}

#[tokio::test]
async fn the_wait_doubles_and_ends_at_a_quarter_of_an_hour() {
    let (app, _) = TestApp::with_user().await;
    fail(&app, 5).await;
    for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        app.clock.advance(seconds - 1);
        assert_eq!(right(&app).await, 401, "one second before the end of {seconds}");
        app.clock.advance(1);
        fail(&app, 1).await;
    }
    app.clock.advance(900);
    assert_eq!(right(&app).await, 200, "the owner always gets in after the wait");
}

#[tokio::test]
async fn guessing_on_during_the_wait_does_not_lengthen_it() {
    let (app, _) = TestApp::with_user().await;
    fail(&app, 7).await;
    let counted = failures(&app);
    fail(&app, 20).await;
    assert_eq!(failures(&app), counted);
    app.clock.advance(4);
    assert_eq!(right(&app).await, 200);
}

#[tokio::test]
async fn none_of_many_guesses_at_once_is_lost() {
    let (app, _) = TestApp::with_user().await;
    let answers = join_all((0..16).map(|_| app.login("ada@example.com", "wrong"))).await;
    let counted = answers.iter().filter(|answer| answer.status == 401).count();
    // Those that began when five were already counted were not looked at, and those that were shed (503) not either.
    let count: usize = failures(&app).parse().unwrap();
    assert!((5..=counted).contains(&count), "{count} of {counted}");
    assert_eq!(right(&app).await, 401);
}

#[tokio::test]
async fn an_unknown_address_costs_the_same_calls_and_leaves_nothing_behind() {
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
async fn a_hash_is_made_anew_at_sign_in_when_the_pepper_changed() {
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
    assert_eq!(right(&app).await, 200);
    let (pepper, rehashed) = stored(&app);
    assert_eq!(pepper, "2");
    assert_ne!(hash, rehashed);
    assert_eq!(right(&app).await, 200);
    assert_eq!(stored(&app), (pepper, rehashed), "it is made anew only once");
}
