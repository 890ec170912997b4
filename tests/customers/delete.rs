//! `DELETE /v1/customers/{customer_id}`

use http::header;
use serde_json::{Value, json};

use super::{Scene, assert_consistent, create};
use crate::support::dynamo::Fault;

/// A customer with 250 favourites. Each has a history.
async fn with_250() -> Scene {
    let scene = Scene::with_products(250).await;
    scene.add_first(250).await;
    scene.app.clock.advance(60);
    for id in 1..=250 {
        scene.catalog.set_price(id, "11.00");
    }
    scene.refresh().await;
    let histories = scene.app.dynamo.items_under(&format!("CUSTOMER#{}#HISTORY", scene.customer));
    assert_eq!(histories.len(), 250);
    scene.app.dynamo.take_calls();
    scene
}

/// Asserts that the removal of each favourite and the deletion of the customer are audited once.
async fn assert_audited_once(scene: &Scene, favorites: u64) {
    let deleted = scene.audit_events("customer.deleted").await;
    assert_eq!(deleted.len(), 1, "{deleted:#?}");
    let target = json!({"type": "customer", "id": scene.customer});
    assert_eq!((&deleted[0]["target"], &deleted[0]["actor"]["id"]), (&target, &json!(scene.ada.id)));
    assert_eq!(deleted[0]["changes"], json!({"email": "customer@example.com"}));
    let cleared = scene.audit_events("favorite.cleared").await;
    assert!(cleared.iter().all(|event| event["target"] == target && event["actor"]["id"] == json!(scene.ada.id)));
    let counts: Vec<_> = cleared.iter().map(|event| event["changes"]["favorites"].as_u64().unwrap()).collect();
    assert_eq!(counts.iter().sum::<u64>(), favorites, "{counts:?}");
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
}

#[tokio::test]
async fn deleting_a_customer_deletes_its_favourites_and_no_others() {
    let scene = with_250().await;
    let app = &scene.app;
    let other = app.customer(&scene.ada, "other@example.com").await;
    app.favorite(&scene.ada, &other, json!([1, 2, 3])).await.expect(201);
    assert_eq!(scene.delete().await.expect(204), &Value::Null);
    scene.delete().await.expect_problem(404, "NOT_FOUND");
    scene.get().await.expect_problem(404, "NOT_FOUND");
    assert_eq!(app.dynamo.items_under(&format!("CUSTOMER#{}", scene.customer)), Vec::<Value>::new());
    assert_eq!(assert_consistent(app).into_iter().collect::<Vec<_>>(), ["other@example.com"]);
    assert_eq!(app.favorites(&scene.ada, &other, "").await["favorites"].as_array().unwrap().len(), 3);
    assert_audited_once(&scene, 250).await;
}

#[tokio::test]
async fn an_interrupted_deletion_hides_the_customer_and_a_retry_continues_it() {
    let scene = with_250().await;
    let app = &scene.app;
    let mut interrupted = 0;
    for calls in 0.. {
        app.dynamo.set_fault(Fault::ThrottleAfter(calls));
        let answer = scene.delete().await;
        app.dynamo.set_fault(Fault::None);
        if answer.status == 204 {
            break;
        }
        answer.expect_problem(503, "UNAVAILABLE");
        let tombstones = scene.stored().iter().filter(|item| !item["deleted_at"].is_null()).count();
        if tombstones == 0 {
            // The deletion has not begun.
            scene.get().await.expect(200);
            continue;
        }
        interrupted += 1;
        scene.get().await.expect_problem(404, "NOT_FOUND");
        for path in [scene.path("/favorites"), scene.path("/favorites/1/history")] {
            app.get(&path).bearer(&scene.ada.token).send().await.expect_problem(404, "NOT_FOUND");
        }
        scene.add(json!(1)).await.expect_problem(404, "NOT_FOUND");
        scene.remove("1").await.expect_problem(404, "NOT_FOUND");
        super::patch(app, &scene.ada, &scene.customer, json!({"name": "Lazarus"})).await.expect(404);
        for query in ["", "?email=customer@example.com"] {
            let list = app.get(&format!("/v1/customers{query}")).bearer(&scene.ada.token).send().await;
            assert_eq!(list.expect(200)["customers"], json!([]));
        }
    }
    assert!(interrupted > 3, "the deletion makes so few calls that this test interrupts nothing: {interrupted}");
    assert_eq!(scene.stored(), Vec::<Value>::new());
    scene.delete().await.expect_problem(404, "NOT_FOUND");
    assert_audited_once(&scene, 250).await;
}

#[tokio::test]
async fn the_email_is_free_before_the_favourites_are_deleted() {
    let scene = with_250().await;
    scene.get().await.expect(200);
    // The read of the customer and the transaction that marks it as deleted.
    scene.app.dynamo.set_fault(Fault::ThrottleAfter(2));
    scene.delete().await.expect_problem(503, "UNAVAILABLE");
    scene.app.dynamo.set_fault(Fault::None);
    let favorites = || scene.app.dynamo.items_under(&format!("CUSTOMER#{}#FAVORITES", scene.customer)).len();
    assert_eq!(favorites(), 250);
    let bob = scene.app.user("bob@example.com").await;
    let next = create(&scene.app, &bob, "customer@example.com").await.expect(201)["id"].as_str().unwrap().to_owned();
    scene.delete().await.expect(204);
    assert_eq!(favorites(), 0);
    // The new customer with the e-mail address is not affected.
    scene.app.get(&format!("/v1/customers/{next}")).bearer(&bob.token).send().await.expect(200);
    assert_eq!(assert_consistent(&scene.app).into_iter().collect::<Vec<_>>(), ["customer@example.com"]);
    assert_audited_once(&scene, 250).await;
}

#[tokio::test]
async fn a_deletion_with_lost_responses_is_audited_once() {
    let scene = Scene::with_products(120).await;
    scene.add_first(120).await;
    scene.get().await.expect(200);
    // The transaction that marks the customer as deleted.
    scene.app.dynamo.set_fault(Fault::LoseNextWriteResponse);
    scene.delete().await.expect(204);
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_audited_once(&scene, 120).await;
}

#[tokio::test]
async fn a_deletion_without_responses_of_the_table_is_continued_by_a_retry() {
    let scene = Scene::with_products(150).await;
    scene.add_first(150).await;
    scene.get().await.expect(200);
    let mut answers = Vec::new();
    while answers.last() != Some(&204) && answers.len() < 10 {
        // Each attempt completes one more transaction and loses its response.
        scene.app.dynamo.set_fault(Fault::LoseWriteResponses);
        let lost = scene.delete().await;
        answers.push(lost.status.as_u16());
        scene.app.dynamo.set_fault(Fault::None);
        if answers.len() == 3 {
            answers.push(scene.delete().await.status.as_u16());
        }
    }
    assert_eq!(answers, [503, 503, 503, 204]);
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_audited_once(&scene, 150).await;
}

#[tokio::test]
async fn an_outdated_if_match_deletes_nothing() {
    let scene = Scene::with_products(1).await;
    scene.add(json!(1)).await.expect(201);
    let delete =
        |tag: &str| scene.app.delete(&scene.path("")).bearer(&scene.ada.token).header(header::IF_MATCH, tag).send();
    for tag in ["\"2\"", "W/\"1\"", "\"x\"", ""] {
        delete(tag).await.expect_problem(412, "PRECONDITION_FAILED");
    }
    assert_eq!(scene.favorites().await.len(), 1);
    delete("\"1\"").await.expect(204);
    delete("\"1\"").await.expect_problem(404, "NOT_FOUND");
    assert_audited_once(&scene, 1).await;
}
