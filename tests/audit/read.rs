//! `GET /v1/admin/audit` and `GET /v1/auth/audit`

use serde_json::{Value, json};

use super::actions;
use crate::support::{
    app::{TestApp, User},
    response::TestResponse,
};

async fn read(app: &TestApp, user: &User, path: &str) -> TestResponse {
    app.get(path).bearer(&user.token).send().await
}

/// All pages of a trail, following the `Link` headers.
async fn pages(app: &TestApp, user: &User, path: &str) -> Vec<Vec<Value>> {
    let (mut pages, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next.take() {
        let answer = read(app, user, &path).await;
        pages.push(answer.expect(200)["events"].as_array().unwrap().clone());
        let link = answer.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
        next = link.map(|link| link[1..].split('>').next().unwrap().to_owned());
        assert_eq!(next.is_some(), answer.body["next_cursor"].is_string());
        assert!(pages.len() < 50);
    }
    pages
}

#[tokio::test]
async fn pages_are_newest_first_and_need_no_scan() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    for n in 0..37 {
        app.add(&ada, &format!("Title {n}"), "movie").await;
    }
    app.store_events().await;
    app.dynamo.take_calls();
    let pages = pages(&app, &admin, "/v1/admin/audit?limit=10").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 10, 10, 2]);
    let ids: Vec<_> = pages.iter().flatten().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
    assert!(ids.is_sorted_by(|newer, older| newer > older));
    for call in app.dynamo.take_calls().iter().filter(|call| call.operation != "GetItem") {
        assert_eq!(call.operation, "Query");
        assert_eq!(call.request["IndexName"], "audit");
        assert_eq!(call.request["Limit"], 11);
    }
}

#[tokio::test]
async fn filters_can_be_combined() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    app.add(&ada, "Alien", "movie").await;
    app.clock.advance(60);
    let noon = shared::domain::rfc3339(app.clock.clock().now());
    app.add(&bob, "Brazil", "movie").await;
    app.store_events().await;
    let titles = async |query: &str| {
        let answer = read(&app, &admin, &format!("/v1/admin/audit?limit=100&{query}")).await;
        let events = answer.expect(200)["events"].as_array().unwrap().clone();
        let titles = events.iter().filter_map(|event| event["changes"]["title"].as_str());
        titles.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(titles("action=watchlist.item_added").await, ["Brazil", "Alien"]);
    assert_eq!(titles(&format!("user_id={}", ada.id)).await, ["Alien"]);
    assert_eq!(titles(&format!("from={noon}")).await, ["Brazil"]);
    assert_eq!(titles(&format!("to={noon}&action=watchlist.item_added")).await, ["Alien"]);
    assert_eq!(titles(&format!("user_id={}&from={noon}", ada.id)).await, Vec::<String>::new());
    assert_eq!(titles("from=2030-01-01T00:00:00Z&to=2020-01-01T00:00:00Z").await, Vec::<String>::new());
    let logins = read(&app, &admin, "/v1/admin/audit?action=auth.logged_in").await;
    assert_eq!(logins.expect(200)["events"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_rare_action_is_found_across_pages() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    for n in 0..30 {
        let item = app.add(&ada, &format!("Title {n}"), "movie").await;
        if n % 10 == 0 {
            let path = format!("/v1/watchlists/items/{}", item["id"].as_str().unwrap());
            app.delete(&path).bearer(&ada.token).send().await.expect(204);
        }
    }
    app.store_events().await;
    let pages = pages(&app, &admin, "/v1/admin/audit?limit=2&action=watchlist.item_removed").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
}

#[tokio::test]
async fn users_see_only_their_own_trail() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    app.add(&ada, "Alien", "movie").await;
    app.login("ada@example.com", "a wrong password").await.expect(401);
    app.store_events().await;
    let own = read(&app, &ada, "/v1/auth/audit").await;
    let events = own.expect(200)["events"].as_array().unwrap().clone();
    assert_eq!(actions(&events), ["auth.logged_in", "auth.login_failed", "auth.registered", "watchlist.item_added"]);
    let own = read(&app, &bob, "/v1/auth/audit").await;
    assert_eq!(actions(own.expect(200)["events"].as_array().unwrap()), ["auth.logged_in", "auth.registered"]);
    // `user_id` has no effect on this route.
    let own = read(&app, &bob, &format!("/v1/auth/audit?user_id={}", ada.id)).await;
    assert_eq!(own.expect(200)["events"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_accounts_trail_shows_administrator_actions_without_the_administrators_identity() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let ada = app.user("ada@example.com").await;
    let path = format!("/v1/admin/users/{}", ada.id);
    app.patch(&path).bearer(&admin.token).json(&json!({"role": "admin"})).send().await.expect(200);
    let ada = User {
        token: app.login("ada@example.com", crate::support::app::PASSWORD).await.expect(200)["access_token"]
            .as_str()
            .unwrap()
            .to_owned(),
        ..ada
    };
    app.store_events().await;
    let own = read(&app, &ada, "/v1/auth/audit?action=admin.user_changed").await;
    let events = own.expect(200)["events"].as_array().unwrap().clone();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["changes"], json!({"role": "admin"}));
    assert_eq!(events[0]["actor"], json!({"id": null, "email": null, "ip": null, "user_agent": null}));
    let all = read(&app, &admin, "/v1/admin/audit?action=admin.user_changed").await;
    let events = all.expect(200)["events"].as_array().unwrap().clone();
    assert_eq!((events.len(), &events[0]["actor"]["email"]), (1, &json!("admin@example.com")));
}

#[tokio::test]
async fn all_invalid_parameters_are_reported_together() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let answer = read(&app, &admin, "/v1/admin/audit?user_id=1&action=x&from=y&to=z&limit=0").await;
    assert_eq!(answer.expect_problem(422, "VALIDATION_ERROR")["errors"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_cursor_is_valid_only_for_its_reader_and_its_filters() {
    let app = TestApp::new().await;
    let (admin, second) = (app.admin().await, app.second_admin().await);
    app.store_events().await;
    let page = read(&app, &admin, "/v1/admin/audit?limit=1").await;
    let cursor = page.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    let path = format!("/v1/admin/audit?limit=1&cursor={cursor}");
    read(&app, &admin, &path).await.expect(200);
    read(&app, &second, &path).await.expect_problem(400, "BAD_REQUEST");
    read(&app, &admin, &format!("{path}&action=auth.logged_in")).await.expect_problem(400, "BAD_REQUEST");
    read(&app, &admin, &format!("/v1/auth/audit?cursor={cursor}")).await.expect_problem(400, "BAD_REQUEST");
}

#[tokio::test]
async fn an_expired_event_is_not_returned_before_it_is_deleted() {
    let app = TestApp::new().await;
    let ada = app.user("ada@example.com").await;
    app.store_events().await;
    app.clock.advance(365 * 86_400 + 1);
    let token = app.login("ada@example.com", crate::support::app::PASSWORD).await;
    let ada = User { token: token.expect(200)["access_token"].as_str().unwrap().to_owned(), ..ada };
    app.store_events().await;
    let own = read(&app, &ada, "/v1/auth/audit").await;
    assert_eq!(actions(own.expect(200)["events"].as_array().unwrap()), ["auth.logged_in"]);
}
