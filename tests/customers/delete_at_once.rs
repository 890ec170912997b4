//! `DELETE /v1/customers/{customer_id}` while something else happens to the customer.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Scene, assert_whole, patch};
use crate::support::dynamo::Fault;

/// How many favourites the trail says that there are.
async fn counted(scene: &Scene) -> i64 {
    let sum = async |action: &str| -> i64 {
        let events = scene.told(action).await;
        events.iter().map(|event| event["changes"]["favorites"].as_i64().unwrap()).sum()
    };
    let removed = i64::try_from(scene.told("favorite.removed").await.len()).unwrap();
    sum("favorite.added").await - sum("favorite.cleared").await - removed
}

/// Until the catalogue has been asked for something.
async fn asked(scene: &Scene) {
    let asked = async {
        while scene.shop.take_asked().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), asked).await.expect("the catalogue is not asked");
}

#[tokio::test]
async fn of_four_deletions_at_once_each_favourite_is_told_of_once() {
    let scene = Scene::selling(250).await;
    scene.add_first(250).await;
    let answers = join_all((0..4).map(|_| scene.delete())).await;
    assert!(answers.iter().all(|answer| [204, 404, 503].contains(&answer.status.as_u16())), "{answers:?}");
    while scene.delete().await.status != 404 {}
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_eq!((scene.told("customer.deleted").await.len(), counted(&scene).await), (1, 0));
}

#[tokio::test]
async fn a_favourite_that_is_added_while_its_customer_is_deleted_leaves_nothing_behind() {
    let scene = Scene::selling(3).await;
    scene.add(json!(1)).await.expect(201);
    scene.shop.take_asked();
    scene.shop.set_closed(true);
    let delete = async {
        asked(&scene).await;
        scene.delete().await.expect(204);
        scene.shop.set_closed(false);
    };
    let (added, ()) = tokio::join!(scene.add(json!([1, 2, 3])), delete);
    added.expect_problem(404, "NOT_FOUND");
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_eq!(counted(&scene).await, 0);
}

#[tokio::test]
async fn a_favourite_whose_customer_is_deleted_at_the_last_moment_leaves_nothing_behind() {
    let scene = Scene::selling(3).await;
    scene.add(json!(1)).await.expect(201);
    scene.get().await.expect(200);
    let held = scene.app.dynamo.hold(|operation, _| operation == "TransactWriteItems");
    let delete = async {
        held.reached().await;
        let deleted = scene.delete().await;
        held.release();
        deleted
    };
    let (added, deleted) = tokio::join!(scene.add(json!([2, 3])), delete);
    deleted.expect(204);
    added.expect_problem(404, "NOT_FOUND");
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_eq!(counted(&scene).await, 0);
}

#[tokio::test]
async fn a_favourite_that_is_added_while_the_others_are_being_removed_leaves_nothing_behind() {
    let scene = Scene::selling(3).await;
    scene.add(json!(1)).await.expect(201);
    scene.shop.take_asked();
    // The customer was there when the addition began; its favourites are gone when it goes on.
    scene.shop.set_closed(true);
    let is_look_for_favorites = |operation: &str, request: &Value| {
        let pk = request["ExpressionAttributeValues"][":pk"]["S"].as_str().unwrap_or_default();
        operation == "Query" && pk.ends_with("#FAVORITES")
    };
    let held = scene.app.dynamo.hold(is_look_for_favorites);
    let add = async {
        let added = scene.add(json!([2, 3])).await;
        held.release();
        added
    };
    let delete = async {
        asked(&scene).await;
        scene.delete().await
    };
    let open = async {
        held.reached().await;
        scene.shop.set_closed(false);
    };
    let (added, deleted, ()) = tokio::join!(add, delete, open);
    added.expect_problem(404, "NOT_FOUND");
    deleted.expect(204);
    assert_eq!(scene.stored(), Vec::<Value>::new());
    assert_eq!(counted(&scene).await, 0);
}

#[tokio::test]
async fn a_favourite_that_is_added_to_a_deleted_customer_leaves_nothing_behind_wherever_it_is_cut_off() {
    // Each time the table refuses one call later, from the one after the catalogue's answer on.
    for calls in 0..8 {
        let scene = Scene::selling(3).await;
        scene.shop.set_closed(true);
        let delete = async {
            asked(&scene).await;
            scene.delete().await.expect(204);
            scene.app.dynamo.set_fault(Fault::ThrottleAfter(calls));
            scene.shop.set_closed(false);
        };
        let (added, ()) = tokio::join!(scene.add(json!([1, 2, 3])), delete);
        scene.app.dynamo.set_fault(Fault::None);
        assert!([404, 503].contains(&added.status.as_u16()), "{added:?}");
        assert_eq!(scene.stored(), Vec::<Value>::new(), "after {calls} calls");
        assert_eq!(counted(&scene).await, 0);
    }
}

#[tokio::test]
async fn adding_and_deleting_at_any_moment_leaves_nothing_behind() {
    let scene = Scene::selling(8).await;
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
    assert_eq!(assert_whole(&scene.app).len(), 1);
    assert_eq!(counted(&scene).await, 0);
}

#[tokio::test]
async fn a_change_at_the_same_time_is_made_before_or_not_at_all() {
    let scene = Scene::selling(0).await;
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
    assert_eq!(assert_whole(&scene.app).into_iter().collect::<Vec<_>>(), ["customer@example.com"]);
}

#[tokio::test]
async fn a_refresh_that_comes_after_the_deletion_brings_nothing_back() {
    let scene = Scene::selling(3).await;
    scene.add(json!([1, 2, 3])).await.expect(201);
    scene.app.clock.advance(60);
    scene.shop.set_price(1, "12.00");
    let path = scene.path("/favorites/refresh");
    scene.app.post(&path).bearer(&scene.ada.token).send().await.expect(202);
    scene.delete().await.expect(204);
    scene.app.do_refreshes().await;
    assert_eq!(scene.stored(), Vec::<Value>::new());
}
