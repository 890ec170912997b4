//! `/v1/admin/users`

use serde_json::{Value, json};

use crate::support::app::{PASSWORD, TestApp, User};

async fn patch(app: &TestApp, admin: &User, id: &str, body: Value) -> crate::support::response::TestResponse {
    app.patch(&format!("/v1/admin/users/{id}")).bearer(&admin.token).json(&body).send().await
}

#[tokio::test]
async fn accounts_are_listed_newest_first_in_pages_without_a_scan() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for n in 0..7 {
        app.register(&format!("user{n}@example.com"), PASSWORD).await.expect(201);
    }
    app.dynamo.take_calls();
    let mut emails = Vec::new();
    let mut path = "/v1/admin/users?limit=3".to_owned();
    loop {
        let page = app.get(&path).bearer(&admin.token).send().await;
        let users = page.expect(200)["users"].as_array().unwrap();
        emails.extend(users.iter().map(|user| user["email"].as_str().unwrap().to_owned()));
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        assert!(page.header("link").contains(cursor));
        path = format!("/v1/admin/users?limit=3&cursor={cursor}");
    }
    let expected: Vec<String> = (0..7).rev().map(|n| format!("user{n}@example.com")).collect();
    assert_eq!(emails[..7], expected);
    assert_eq!(emails[7..], ["admin@example.com"]);
    let operations = app.dynamo.take_operations();
    assert!(!operations.contains(&"Scan".to_owned()));
    assert_eq!(operations.iter().filter(|operation| *operation == "Query").count(), 3, "one query per page");
}

#[tokio::test]
async fn one_account_is_found_by_address_or_id() {
    let app = TestApp::new().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    let by_email = app.get("/v1/admin/users?email=ADA%40example.com").bearer(&admin.token).send().await;
    let found = by_email.expect(200)["users"][0].clone();
    let expected = json!({
        "id": ada.id, "email": "ada@example.com", "role": "user", "disabled": false,
        "created_at": found["created_at"], "last_login_at": found["last_login_at"],
    });
    assert_eq!(found, expected);
    assert!(found["last_login_at"].as_str() > found["created_at"].as_str());
    let by_id = app.get(&format!("/v1/admin/users/{}", ada.id)).bearer(&admin.token).send().await;
    assert_eq!(by_id.expect(200), &found);
    let nobody = app.get("/v1/admin/users?email=no@example.com").bearer(&admin.token).send().await;
    assert_eq!(nobody.expect(200), &json!({"users": [], "next_cursor": null}));
    let unknown = app.get("/v1/admin/users/0190a0a0-0000-7000-8000-000000000000").bearer(&admin.token).send().await;
    unknown.expect_problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_stale_if_match_changes_nothing_and_an_unchanged_account_is_304() {
    let app = TestApp::new().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    let path = format!("/v1/admin/users/{}", ada.id);
    let read = app.get(&path).bearer(&admin.token).send().await;
    let stale = read.header("etag").to_owned();
    let again = app.get(&path).bearer(&admin.token).header(http::header::IF_NONE_MATCH, &stale).send().await;
    assert_eq!(again.expect(304), &Value::Null);

    let change = |tag: &str, body: Value| {
        let call = app.patch(&path).bearer(&admin.token).header(http::header::IF_MATCH, tag);
        call.json(&body).send()
    };
    let changed = change(&stale, json!({"disabled": true})).await;
    assert_eq!(changed.expect(200)["disabled"], true);
    assert_ne!(changed.header("etag"), stale);
    change(&stale, json!({"role": "admin"})).await.expect_problem(412, "PRECONDITION_FAILED");
    let delete = |tag: &str| app.delete(&path).bearer(&admin.token).header(http::header::IF_MATCH, tag).send();
    delete(&stale).await.expect_problem(412, "PRECONDITION_FAILED");
    let now = app.get(&path).bearer(&admin.token).send().await;
    assert_eq!((&now.expect(200)["role"], now.header("etag")), (&json!("user"), changed.header("etag")));
    delete(changed.header("etag")).await.expect(204);
}

#[tokio::test]
async fn a_disabled_account_is_signed_out_at_once_and_can_be_enabled_again() {
    let app = TestApp::new().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    assert_eq!(patch(&app, &admin, &ada.id, json!({"disabled": true})).await.expect(200)["disabled"], true);
    app.get("/v1/auth/me").bearer(&ada.token).send().await.expect_problem(401, "UNAUTHORIZED");
    app.login("ada@example.com", PASSWORD).await.expect_problem(401, "UNAUTHORIZED");
    assert_eq!(patch(&app, &admin, &ada.id, json!({"disabled": false})).await.expect(200)["disabled"], false);
    app.login("ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_changed_role_applies_at_once_and_revokes_the_sessions() {
    let app = TestApp::new().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    patch(&app, &admin, &ada.id, json!({"role": "admin"})).await.expect(200);
    app.get("/v1/auth/me").bearer(&ada.token).send().await.expect_problem(401, "UNAUTHORIZED");
    let answer = app.login("ada@example.com", PASSWORD).await;
    let token = answer.expect(200)["access_token"].as_str().unwrap();
    app.get("/v1/admin/users").bearer(token).send().await.expect(200);
    patch(&app, &admin, &ada.id, json!({"role": "user"})).await.expect(200);
    app.get("/v1/admin/users").bearer(token).send().await.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn the_role_in_a_token_is_ignored() {
    let (app, ada) = TestApp::with_user().await;
    // The token has another role than the table, as if the revocation of sessions had failed after
    // a change.
    let token = app.sign_token(&ada, "admin");
    app.get("/v1/admin/users").bearer(&token).send().await.expect_problem(403, "FORBIDDEN");
}

#[tokio::test]
async fn an_invalid_change_is_rejected() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let cases = [
        (json!({}), vec![("role", "missing")]),
        (json!({"role": "root", "disabled": "no"}), vec![("role", "invalid_choice"), ("disabled", "wrong_type")]),
        (json!({"email": "x@example.com", "role": "user"}), vec![("email", "unknown_field")]),
    ];
    for (body, faults) in cases {
        assert_eq!(patch(&app, &admin, &admin.id, body).await.field_errors(), faults);
    }
}

#[tokio::test]
async fn deleting_an_account_deletes_its_data() {
    let app = TestApp::new().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    for n in 0..30 {
        app.add(&ada, &format!("Title {n}"), "show").await;
    }
    let path = format!("/v1/admin/users/{}", ada.id);
    app.delete(&path).bearer(&admin.token).send().await.expect(204);
    assert!(!serde_json::to_string(&app.dynamo.items()).unwrap().contains(&ada.id));
    app.delete(&path).bearer(&admin.token).send().await.expect_problem(404, "NOT_FOUND");
    app.get("/v1/auth/me").bearer(&ada.token).send().await.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn an_administrator_sees_a_watchlist_as_its_owner_does() {
    let app = TestApp::new().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    for n in 0..5 {
        app.add(&ada, &format!("Title {n}"), "show").await;
    }
    let own = app.get("/v1/watchlists?limit=3").bearer(&ada.token).send().await;
    let path = format!("/v1/admin/users/{}/watchlist", ada.id);
    let seen = app.get(&format!("{path}?limit=3")).bearer(&admin.token).send().await;
    assert_eq!(seen.expect(200), own.expect(200));
    let next = seen.header("link").trim_start_matches('<').split('>').next().unwrap().to_owned();
    assert!(next.starts_with(&path), "{next}");
    let rest = app.get(&next).bearer(&admin.token).send().await;
    assert_eq!(rest.expect(200)["watchlist"].as_array().unwrap().len(), 2);
    let nobody = "/v1/admin/users/0190a0a0-0000-7000-8000-000000000000/watchlist";
    app.get(nobody).bearer(&admin.token).send().await.expect_problem(404, "NOT_FOUND");
}
