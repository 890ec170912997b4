//! Concurrent requests to `POST /v1/customers/{customer_id}/favorites`.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Scene, results, statuses};
use crate::support::app::TestApp;

async fn fifty_add_product_1(scene: &Scene, apps: &[&TestApp]) {
    let add = |n: usize| apps[n % apps.len()].favorite(&scene.ada, &scene.customer, json!(1));
    let answers = join_all((0..50).map(add)).await;
    assert_eq!(statuses(&answers).into_iter().collect::<Vec<_>>(), [(201, 1), (409, 49)]);
    let mut results: Vec<_> = answers.iter().flat_map(results).collect();
    results.sort_unstable();
    assert_eq!(results[0], "1 added");
    assert!(results[1..].iter().all(|result| result == "1 duplicate"), "{results:?}");
    // All responses have the same favourite.
    let favorites = scene.favorites().await;
    for answer in &answers {
        assert_eq!(answer.body["results"][0]["favorite"], favorites[0]);
    }
    assert_eq!(favorites.len(), 1);
    let items = scene.app.dynamo.items_under(&format!("CUSTOMER#{}#FAVORITES", scene.customer));
    assert_eq!(items.len(), 1);
    let events = scene.audit_events("favorite.added").await;
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(events[0]["changes"], json!({"product_ids": "1", "favorites": 1}));
    let target = json!({"type": "customer", "id": scene.customer});
    assert_eq!((&events[0]["target"], &events[0]["actor"]["id"]), (&target, &json!(scene.ada.id)));
}

#[tokio::test]
async fn fifty_concurrent_additions_of_one_product_add_it_once() {
    let scene = Scene::with_products(1).await;
    fifty_add_product_1(&scene, &[&scene.app]).await;
}

#[tokio::test]
async fn fifty_concurrent_additions_through_two_instances_add_a_product_once() {
    let scene = Scene::with_products(1).await;
    let other = scene.app.other_instances();
    fifty_add_product_1(&scene, &[&scene.app, &other]).await;
}

#[tokio::test]
async fn overlapping_concurrent_lists_add_each_product_once() {
    let scene = &Scene::with_products(30).await;
    let other = scene.app.other_instances();
    // Each list has ten products and starts one product later than the previous one.
    let add = |n: usize| {
        let ids: Vec<usize> = (n + 1..n + 11).collect();
        let app = if n.is_multiple_of(2) { &scene.app } else { &other };
        async move { app.favorite(&scene.ada, &scene.customer, json!(ids)).await }
    };
    let answers = join_all((0..20).map(add)).await;
    let mut added = Vec::new();
    for (n, answer) in answers.iter().enumerate() {
        let results = results(answer);
        let product_ids: Vec<_> = results.iter().map(|result| result.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(product_ids, (n + 1..n + 11).map(|id| id.to_string()).collect::<Vec<_>>());
        assert!(
            results.iter().all(|result| result.ends_with(" added") || result.ends_with(" duplicate")),
            "{results:?}"
        );
        added.extend(results.into_iter().filter(|result| result.ends_with(" added")));
    }
    let number = added.len();
    added.sort_unstable();
    added.dedup();
    assert_eq!((number, added.len(), scene.favorites().await.len()), (29, 29, 29));
    // Each event lists exactly the products of its transaction.
    let events = scene.audit_events("favorite.added").await;
    let mut audit_events = Vec::new();
    for event in &events {
        let ids: Vec<_> = event["changes"]["product_ids"].as_str().unwrap().split(' ').collect();
        assert_eq!(event["changes"]["favorites"], ids.len());
        audit_events.extend(ids.into_iter().map(|id| format!("{id} added")));
    }
    audit_events.sort_unstable();
    assert_eq!(audit_events, added);
}

#[tokio::test]
async fn concurrent_additions_and_removals_match_the_audit_trail() {
    let scene = Scene::with_products(1).await;
    let (scene, rounds) = (&scene, 15);
    let add = async || {
        for _ in 0..rounds {
            let answer = scene.add(json!(1)).await;
            assert!([201, 409].contains(&answer.status.as_u16()), "{answer:?}");
        }
    };
    let remove = async || {
        for _ in 0..rounds {
            let answer = scene.remove("1").await;
            assert!([204, 404].contains(&answer.status.as_u16()), "{answer:?}");
        }
    };
    tokio::join!(add(), add(), remove(), remove());
    let (added, removed) = (scene.audit_events("favorite.added").await, scene.audit_events("favorite.removed").await);
    let left = scene.favorites().await.len();
    assert_eq!(added.len() - removed.len(), left);
    assert!(!removed.is_empty(), "nothing was removed: {added:#?}");
    let distinct = |events: &[Value]| {
        events.iter().map(|event| event["id"].to_string()).collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!((distinct(&added), distinct(&removed)), (added.len(), removed.len()));
}
