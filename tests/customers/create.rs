//! `POST /v1/customers`

use http::header;
use serde_json::{Value, json};

use super::{assert_consistent, audit_events};
use crate::support::app::{PASSWORD, TestApp, User};

async fn create(app: &TestApp, user: &User, body: &Value) -> crate::support::response::TestResponse {
    app.post("/v1/customers").bearer(&user.token).json(body).send().await
}

#[tokio::test]
async fn a_customer_is_created_and_can_be_read() {
    let (app, user) = TestApp::with_user().await;
    let answer = create(&app, &user, &json!({"name": "  Grace Hopper ", "email": "Grace@Example.com"})).await;
    let body = answer.expect(201);
    let (id, at) = (body["id"].as_str().unwrap(), body["created_at"].as_str().unwrap());
    let expected = json!({
        "id": id, "owner_id": user.id, "name": "Grace Hopper", "email": "grace@example.com",
        "created_at": at, "updated_at": at,
    });
    assert_eq!(body, &expected);
    assert!(at.ends_with('Z'), "{at}");
    assert_eq!(answer.header(header::LOCATION), format!("/v1/customers/{id}"));
    assert_eq!(answer.header(header::ETAG), "\"1\"");
    let found = app.get(answer.header(header::LOCATION)).bearer(&user.token).send().await;
    assert_eq!((found.expect(200), found.header(header::ETAG)), (&expected, "\"1\""));
    assert_eq!(assert_consistent(&app).len(), 1);
}

#[tokio::test]
async fn creation_is_one_transaction_with_its_audit_event() {
    let (app, user) = TestApp::with_user().await;
    let call = app.post("/v1/customers").bearer(&user.token).header("user-agent", "browser");
    let body = json!({"name": "Grace", "email": "grace@example.com"});
    let customer = call.header("x-request-id", "request-1").json(&body).send().await.expect(201).clone();
    assert_eq!(app.dynamo.take_operations_after_session(), ["TransactWriteItems"]);
    let events = audit_events(&app, &user, "customer.created").await;
    let expected = json!({
        "id": events[0]["id"], "at": events[0]["at"], "action": "customer.created", "outcome": "success",
        "actor": {"id": user.id, "email": "ada@example.com", "ip": "192.0.2.7", "user_agent": "browser"},
        "target": {"type": "customer", "id": customer["id"]},
        "changes": {"name": "Grace", "email": "grace@example.com"},
        "request_id": "request-1",
    });
    assert_eq!(events, [expected]);
}

#[tokio::test]
async fn all_field_errors_are_reported_together_and_nothing_is_written() {
    let (app, user) = TestApp::with_user().await;
    let good = |more: (&str, Value)| {
        let mut body = json!({"name": "Grace", "email": "grace@example.com"});
        body[more.0] = more.1;
        body
    };
    let cases = [
        (json!({}), vec![("name", "missing"), ("email", "missing")]),
        (json!({"name": "  ", "email": "grace"}), vec![("name", "empty"), ("email", "invalid_email")]),
        (json!({"name": null, "email": 7}), vec![("name", "wrong_type"), ("email", "wrong_type")]),
        (good(("name", json!("x".repeat(256)))), vec![("name", "too_long")]),
        (good(("name", json!("a\nb"))), vec![("name", "control_character")]),
        (good(("name", json!("a\u{0}b"))), vec![("name", "control_character")]),
        (good(("name", json!("\u{1b}[31mred"))), vec![("name", "control_character")]),
        (good(("name", json!("a\u{85}b"))), vec![("name", "control_character")]),
        (good(("name", json!(["Grace"]))), vec![("name", "wrong_type")]),
        (good(("email", json!("grace@example.com\r\nBcc: all@example.com"))), vec![("email", "invalid_email")]),
        (good(("email", json!(format!("{}@example.com", "x".repeat(250))))), vec![("email", "too_long")]),
        (good(("id", json!("0190a0a0-0000-7000-8000-000000000000"))), vec![("id", "unknown_field")]),
        (good(("owner_id", json!(user.id))), vec![("owner_id", "unknown_field")]),
        (good(("created_at", json!("2020-01-01T00:00:00Z"))), vec![("created_at", "unknown_field")]),
        (good(("version", json!(9))), vec![("version", "unknown_field")]),
        (
            json!({"Name": "Grace", "email": "x"}),
            vec![("name", "missing"), ("email", "invalid_email"), ("Name", "unknown_field")],
        ),
    ];
    for (body, faults) in cases {
        assert_eq!(create(&app, &user, &body).await.field_errors(), faults, "{body}");
    }
    let calls = app.dynamo.take_calls();
    assert!(calls.iter().all(|call| call.operation == "GetItem"), "a refused request wrote: {calls:?}");
    assert!(assert_consistent(&app).is_empty());
}

#[tokio::test]
async fn a_body_that_is_not_a_json_object_is_rejected() {
    let (app, user) = TestApp::with_user().await;
    let post = || app.post("/v1/customers").bearer(&user.token);
    for body in ["", "{", "{\"name\":\"Grace\",}", "{\"name\":\"\u{0}\"}", "name=Grace", "\u{feff}{}"] {
        let call = post().header(header::CONTENT_TYPE, "application/json").body(body.to_owned());
        call.send().await.expect_problem(400, "BAD_REQUEST");
    }
    let form = post().header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body("name=Grace");
    form.send().await.expect_problem(415, "UNSUPPORTED_MEDIA_TYPE");
    let large = json!({"name": "x".repeat(70_000), "email": "grace@example.com"});
    create(&app, &user, &large).await.expect_problem(413, "PAYLOAD_TOO_LARGE");
    assert!(assert_consistent(&app).is_empty());
}

#[tokio::test]
async fn a_name_of_255_characters_of_any_script_is_stored_unchanged() {
    let (app, user) = TestApp::with_user().await;
    for (n, name) in ["𝄞".repeat(255), "ゼロ・ウィング".to_owned(), "<b>\"'; DROP TABLE".to_owned()].iter().enumerate()
    {
        let body = json!({"name": name, "email": format!("c{n}@example.com")});
        assert_eq!(create(&app, &user, &body).await.expect(201)["name"], *name);
    }
    let events = audit_events(&app, &user, "customer.created").await;
    assert_eq!(events[0]["changes"]["name"], "𝄞".repeat(255));
}

#[tokio::test]
async fn a_customer_created_during_the_deletion_of_its_account_does_not_remain() {
    let (app, user) = TestApp::with_user().await;
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    let paused = app.dynamo.pause_next(|operation, _| operation == "TransactWriteItems");
    let delete = async {
        paused.arrived().await;
        let deleted = app.delete("/v1/auth/me").bearer(&user.token).json(&json!({"password": PASSWORD})).send().await;
        paused.resume();
        deleted
    };
    let body = json!({"name": "Grace", "email": "grace@example.com"});
    let (created, deleted) = tokio::join!(create(&app, &user, &body), delete);
    deleted.expect(204);
    created.expect_problem(401, "UNAUTHORIZED");
    assert_eq!(app.dynamo.items(), Vec::<Value>::new());
}
