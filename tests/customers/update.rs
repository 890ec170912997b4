//! `PUT` and `PATCH /v1/customers/{customer_id}`

use http::{Method, header};
use serde_json::{Value, json};

use super::{Scene, assert_consistent, patch, statuses};
use crate::support::{dynamo::Fault, response::TestResponse};

async fn send(scene: &Scene, method: Method, body: Value) -> TestResponse {
    scene.app.call(method, &scene.path("")).bearer(&scene.ada.token).json(&body).send().await
}

#[tokio::test]
async fn put_replaces_both_fields_and_patch_one() {
    let scene = Scene::with_products(0).await;
    let before = scene.get().await.expect(200).clone();
    let put = send(&scene, Method::PUT, json!({"name": " Grace ", "email": "Grace@example.com"})).await;
    let after = put.expect(200).clone();
    assert_eq!((&after["name"], &after["email"]), (&json!("Grace"), &json!("grace@example.com")));
    for same in ["id", "owner_id", "created_at"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    assert_eq!(put.header(header::ETAG), "\"2\"");
    assert_eq!(scene.get().await.expect(200), &after);
    let renamed = send(&scene, Method::PATCH, json!({"name": "Hopper"})).await;
    assert_eq!((&renamed.expect(200)["email"], renamed.header(header::ETAG)), (&after["email"], "\"3\""));
    let moved = send(&scene, Method::PATCH, json!({"email": "hopper@example.com"})).await;
    assert_eq!((&moved.expect(200)["name"], moved.header(header::ETAG)), (&json!("Hopper"), "\"4\""));
    assert_eq!(assert_consistent(&scene.app).into_iter().collect::<Vec<_>>(), ["hopper@example.com"]);
    let changes: Vec<_> =
        scene.audit_events("customer.updated").await.iter().map(|event| event["changes"].clone()).collect();
    let expected = [
        json!({"name": "Grace", "email": "grace@example.com"}),
        json!({"name": "Hopper"}),
        json!({"email": "hopper@example.com"}),
    ];
    assert_eq!(changes, expected);
}

#[tokio::test]
async fn a_change_takes_a_read_and_a_transaction() {
    let scene = Scene::with_products(0).await;
    for body in [json!({"name": "Other"}), json!({"email": "other@example.com"})] {
        send(&scene, Method::PATCH, body).await.expect(200);
        assert_eq!(scene.app.dynamo.take_operations_after_session(), ["GetItem", "TransactWriteItems"]);
    }
}

#[tokio::test]
async fn a_no_op_request_is_neither_written_nor_audited() {
    let scene = Scene::with_products(0).await;
    let before = (scene.get().await.expect(200).clone(), scene.stored());
    let same = json!({"name": " Customer ", "email": "CUSTOMER@example.com"});
    for (method, body) in [
        (Method::PUT, same.clone()),
        (Method::PATCH, same),
        (Method::PATCH, json!({"name": "Customer"})),
        (Method::PATCH, json!({"email": "customer@EXAMPLE.com"})),
    ] {
        scene.app.dynamo.take_calls();
        let answer = send(&scene, method, body).await;
        assert_eq!((answer.expect(200), answer.header(header::ETAG)), (&before.0, "\"1\""));
        assert_eq!(scene.app.dynamo.take_operations_after_session(), ["GetItem"]);
    }
    assert_eq!(scene.stored(), before.1);
    assert_eq!(scene.audit_events("customer.updated").await, Vec::<Value>::new());
}

#[tokio::test]
async fn all_field_errors_are_reported_together_and_nothing_is_written() {
    let scene = Scene::with_products(0).await;
    let before = scene.stored();
    let (put, patch) = (Method::PUT, Method::PATCH);
    let id = "0190a0a0-0000-7000-8000-000000000000";
    for (method, body, faults) in [
        (&put, json!({}), vec![("name", "missing"), ("email", "missing")]),
        (&put, json!({"name": "Grace"}), vec![("email", "missing")]),
        (&put, json!({"email": "grace@example.com"}), vec![("name", "missing")]),
        (&put, json!({"name": "", "id": id}), vec![("name", "empty"), ("email", "missing"), ("id", "unknown_field")]),
        (&patch, json!({}), vec![("name", "missing")]),
        (&patch, json!({"name": null}), vec![("name", "wrong_type")]),
        (&patch, json!({"email": null}), vec![("email", "wrong_type")]),
        (
            &patch,
            json!({"name": "\u{7f}", "email": "x"}),
            vec![("name", "control_character"), ("email", "invalid_email")],
        ),
        (&patch, json!({"name": "ok", "id": id}), vec![("id", "unknown_field")]),
        (&patch, json!({"name": "ok", "owner_id": id}), vec![("owner_id", "unknown_field")]),
        (&patch, json!({"name": "ok", "created_at": "2020-01-01T00:00:00Z"}), vec![("created_at", "unknown_field")]),
        (
            &patch,
            json!({"name": "ok", "version": 7, "deleted_at": "x"}),
            vec![("deleted_at", "unknown_field"), ("version", "unknown_field")],
        ),
    ] {
        assert_eq!(send(&scene, method.clone(), body.clone()).await.field_errors(), faults, "{method} {body}");
    }
    for method in [put, patch] {
        let call = scene.app.call(method, &scene.path("")).bearer(&scene.ada.token);
        let call = call.header(header::CONTENT_TYPE, "application/json").body("{\"name\"");
        call.send().await.expect_problem(400, "BAD_REQUEST");
    }
    assert_eq!(scene.stored(), before);
}

#[tokio::test]
async fn an_outdated_if_match_changes_nothing() {
    let scene = Scene::with_products(0).await;
    let change = |method: Method, name: &str, tag: &str| {
        let call = scene.app.call(method, &scene.path("")).bearer(&scene.ada.token).header(header::IF_MATCH, tag);
        call.json(&json!({"name": name, "email": "customer@example.com"})).send()
    };
    change(Method::PATCH, "second", "\"1\"").await.expect(200);
    for method in [Method::PUT, Method::PATCH] {
        for tag in ["\"1\"", "W/\"2\"", "\"x\"", ""] {
            change(method.clone(), "lost", tag).await.expect_problem(412, "PRECONDITION_FAILED");
            // Even for a request that would change nothing.
            change(method.clone(), "second", tag).await.expect_problem(412, "PRECONDITION_FAILED");
        }
    }
    assert_eq!(scene.get().await.expect(200)["name"], "second");
    change(Method::PUT, "third", "\"9\", \"2\"").await.expect(200);
    change(Method::PATCH, "fourth", "*").await.expect(200);
    assert_eq!(scene.audit_events("customer.updated").await.len(), 3);
}

#[tokio::test]
async fn concurrent_changes_of_name_and_email_are_both_applied() {
    let scene = Scene::with_products(0).await;
    let other = scene.app.other_instances();
    for n in 0..10 {
        let (name, email) = (format!("Name {n}"), format!("c{n}@example.com"));
        let changes = (
            patch(&scene.app, &scene.ada, &scene.customer, json!({"name": name})),
            patch(&other, &scene.ada, &scene.customer, json!({"email": email})),
        );
        let (one, two) = tokio::join!(changes.0, changes.1);
        one.expect(200);
        two.expect(200);
        let now = scene.get().await;
        assert_eq!((&now.expect(200)["name"], &now.body["email"]), (&json!(name), &json!(email)));
        assert_eq!(now.header(header::ETAG), format!("\"{}\"", 2 * n + 3));
    }
    assert_eq!(assert_consistent(&scene.app).into_iter().collect::<Vec<_>>(), ["c9@example.com"]);
    assert_eq!(scene.audit_events("customer.updated").await.len(), 20);
}

#[tokio::test]
async fn of_ten_concurrent_changes_of_one_version_exactly_one_wins() {
    let scene = Scene::with_products(0).await;
    let change = async |n: usize| {
        let call = scene.app.patch(&scene.path("")).bearer(&scene.ada.token).header(header::IF_MATCH, "\"1\"");
        call.json(&json!({"name": format!("Name {n}")})).send().await
    };
    let answers = futures_util::future::join_all((0..10).map(change)).await;
    assert_eq!(statuses(&answers).into_iter().collect::<Vec<_>>(), [(200, 1), (412, 9)]);
    assert_eq!(scene.get().await.header(header::ETAG), "\"2\"");
    assert_eq!(scene.audit_events("customer.updated").await.len(), 1);
}

#[tokio::test]
async fn a_change_with_a_lost_response_happens_once() {
    let scene = Scene::with_products(0).await;
    scene.get().await.expect(200);
    for (n, body) in [json!({"name": "Other"}), json!({"email": "other@example.com"})].into_iter().enumerate() {
        scene.app.dynamo.set_fault(Fault::LoseNextWriteResponse);
        let answer = send(&scene, Method::PATCH, body).await;
        answer.expect(200);
        assert_eq!(answer.header(header::ETAG), format!("\"{}\"", n + 2), "the change was made twice");
    }
    // No response arrives. The retry finds nothing to change.
    let body = json!({"name": "Third", "email": "third@example.com"});
    scene.app.dynamo.set_fault(Fault::LoseWriteResponses);
    send(&scene, Method::PUT, body.clone()).await.expect_problem(503, "UNAVAILABLE");
    scene.app.dynamo.set_fault(Fault::None);
    assert_eq!(send(&scene, Method::PUT, body).await.header(header::ETAG), "\"4\"");
    assert_eq!(assert_consistent(&scene.app).into_iter().collect::<Vec<_>>(), ["third@example.com"]);
    assert_eq!(scene.audit_events("customer.updated").await.len(), 3);
}
