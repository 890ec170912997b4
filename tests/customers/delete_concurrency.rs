//! `DELETE /v1/customers/{customer_id}`, concurrent with other requests.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Scene, assert_consistent, patch};
use crate::support::dynamo::Fault;

/// The number of favourites according to the audit trail.
async fn favorites_in_trail(scene: &Scene) -> i64 {
    let sum = async |action: &str| -> i64 {
        let events = scene.audit_events(action).await;
        events.iter().map(|event| event["changes"]["favorites"].as_i64().unwrap()).sum()
    };
    let removed = i64::try_from(scene.audit_events("favorite.removed").await.len()).unwrap();
    sum("favorite.added").await - sum("favorite.cleared").await - removed
}

/// Waits for a request to the catalogue.
async fn wait_for_request(scene: &Scene) {
    let requested = async {
        while scene.catalog.take_requests().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), requested).await.expect("the catalogue got no request");
}

#[tokio::test]
async fn concurrent_deletions_audit_each_favourite_once() {
    let scene = Scene::with_products(250).await;
    scene.add_first(250).await;
    let answers = join_all((0..4).map(|_| scene.delete())).await;
    assert!(answers.iter().all(|answer| [204, 404, 503].contains(&answer.status.as_u16())), "{answers:?}");
    while scene.delete().await.status != 404 {}
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_eq!((scene.audit_events("customer.deleted").await.len(), favorites_in_trail(&scene).await), (1, 0));
}

#[tokio::test]
async fn a_favourite_added_during_the_deletion_of_its_customer_does_not_remain() {
    let scene = Scene::with_products(3).await;
    scene.add(json!(1)).await.expect(201);
    scene.catalog.take_requests();
    scene.catalog.hold_requests();
    let delete = async {
        wait_for_request(&scene).await;
        scene.delete().await.expect(204);
        scene.catalog.release_requests();
    };
    let (added, ()) = tokio::join!(scene.add(json!([1, 2, 3])), delete);
    added.expect_problem(404, "NOT_FOUND");
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_eq!(favorites_in_trail(&scene).await, 0);
}

#[tokio::test]
async fn a_favourite_does_not_remain_when_its_customer_is_deleted_before_the_commit() {
    let scene = Scene::with_products(3).await;
    scene.add(json!(1)).await.expect(201);
    scene.get().await.expect(200);
    let paused = scene.app.dynamo.pause_next(|operation, _| operation == "TransactWriteItems");
    let delete = async {
        paused.arrived().await;
        let deleted = scene.delete().await;
        paused.resume();
        deleted
    };
    let (added, deleted) = tokio::join!(scene.add(json!([2, 3])), delete);
    deleted.expect(204);
    added.expect_problem(404, "NOT_FOUND");
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_eq!(favorites_in_trail(&scene).await, 0);
}

#[tokio::test]
async fn a_favourite_added_while_the_others_are_removed_does_not_remain() {
    let scene = Scene::with_products(3).await;
    scene.add(json!(1)).await.expect(201);
    scene.catalog.take_requests();
    // The customer exists when the addition starts. Its favourites are deleted before the addition
    // continues.
    scene.catalog.hold_requests();
    let is_look_for_favorites = |operation: &str, request: &Value| {
        let pk = request["ExpressionAttributeValues"][":pk"]["S"].as_str().unwrap_or_default();
        operation == "Query" && pk.ends_with("#FAVORITES")
    };
    let paused = scene.app.dynamo.pause_next(is_look_for_favorites);
    let add = async {
        let added = scene.add(json!([2, 3])).await;
        paused.resume();
        added
    };
    let delete = async {
        wait_for_request(&scene).await;
        scene.delete().await
    };
    let open = async {
        paused.arrived().await;
        scene.catalog.release_requests();
    };
    let (added, deleted, ()) = tokio::join!(add, delete, open);
    added.expect_problem(404, "NOT_FOUND");
    deleted.expect(204);
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_eq!(favorites_in_trail(&scene).await, 0);
}

#[tokio::test]
async fn an_interrupted_addition_to_a_deleted_customer_leaves_nothing_behind() {
    // Each time the table fails one call later, starting with the call after the catalogue's
    // response.
    for calls in 0..8 {
        let scene = Scene::with_products(3).await;
        scene.catalog.hold_requests();
        let delete = async {
            wait_for_request(&scene).await;
            scene.delete().await.expect(204);
            scene.app.dynamo.set_fault(Fault::ThrottleAfter(calls));
            scene.catalog.release_requests();
        };
        let (added, ()) = tokio::join!(scene.add(json!([1, 2, 3])), delete);
        scene.app.dynamo.set_fault(Fault::None);
        assert!([404, 503].contains(&added.status.as_u16()), "{added:?}");
        assert_eq!(scene.stored(), Vec::<Value>::new(), "after {calls} calls");
        assert_eq!(favorites_in_trail(&scene).await, 0);
    }
}

#[tokio::test]
async fn concurrent_additions_and_deletions_leave_nothing_behind() {
    let scene = Scene::with_products(8).await;
    let other = scene.app.other_instances();
    for n in 0..15 {
        let customer = scene.app.customer(&scene.ada, &format!("c{n}@example.com")).await;
        let path = format!("/v1/customers/{customer}");
        let add = |id: u32| other.favorite(&scene.ada, &customer, json!([id, id + 1]));
        let delete = async {
            for _ in 0..n * 4 {
                tokio::task::yield_now().await;
            }
            scene.app.delete(&path).bearer(&scene.ada.token).send().await
        };
        let (added, deleted) = tokio::join!(join_all((1..5).map(add)), delete);
        deleted.expect(204);
        assert!(added.iter().all(|answer| [201, 404, 409].contains(&answer.status.as_u16())), "{added:?}");
        assert_eq!(scene.app.dynamo.items_under(&format!("CUSTOMER#{customer}")), Vec::<Value>::new(), "round {n}");
    }
    assert_eq!(assert_consistent(&scene.app).len(), 1);
    assert_eq!(favorites_in_trail(&scene).await, 0);
}

#[tokio::test]
async fn a_concurrent_change_happens_before_the_deletion_or_not_at_all() {
    let scene = Scene::with_products(0).await;
    for n in 0..10 {
        let customer = scene.app.customer(&scene.ada, &format!("c{n}@example.com")).await;
        let path = format!("/v1/customers/{customer}");
        let (changed, deleted) = tokio::join!(
            patch(&scene.app, &scene.ada, &customer, json!({"email": format!("d{n}@example.com")})),
            scene.app.delete(&path).bearer(&scene.ada.token).send()
        );
        deleted.expect(204);
        assert!([200, 404].contains(&changed.status.as_u16()), "{changed:?}");
    }
    assert_eq!(assert_consistent(&scene.app).into_iter().collect::<Vec<_>>(), ["customer@example.com"]);
}

#[tokio::test]
async fn a_refresh_after_the_deletion_restores_nothing() {
    let scene = Scene::with_products(3).await;
    scene.add(json!([1, 2, 3])).await.expect(201);
    scene.app.clock.advance(60);
    scene.catalog.set_price(1, "12.00");
    let path = scene.path("/favorites/refresh");
    scene.app.post(&path).bearer(&scene.ada.token).send().await.expect(202);
    scene.delete().await.expect(204);
    scene.app.do_refreshes().await;
    assert_eq!(scene.stored(), Vec::<Value>::new());
}
