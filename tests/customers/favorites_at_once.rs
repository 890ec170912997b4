//! `POST /v1/customers/{customer_id}/favorites`, many at the same time.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Scene, results, statuses};
use crate::support::app::TestApp;

async fn a_hundred_add_product_1(scene: &Scene, apps: &[&TestApp]) {
    let add = |n: usize| apps[n % apps.len()].favorite(&scene.ada, &scene.customer, json!(1));
    let answers = join_all((0..100).map(add)).await;
    assert_eq!(statuses(&answers).into_iter().collect::<Vec<_>>(), [(201, 1), (409, 99)]);
    let mut results: Vec<_> = answers.iter().flat_map(results).collect();
    results.sort_unstable();
    assert_eq!(results[0], "1 added");
    assert!(results[1..].iter().all(|result| result == "1 duplicate"), "{results:?}");
    // All speak of the same favourite.
    let favorites = scene.favorites().await;
    for answer in &answers {
        assert_eq!(answer.body["results"][0]["favorite"], favorites[0]);
    }
    assert_eq!(favorites.len(), 1);
    let items = scene.app.dynamo.items_under(&format!("CUSTOMER#{}#FAVORITES", scene.customer));
    assert_eq!(items.len(), 1);
    let events = scene.told("favorite.added").await;
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(events[0]["changes"], json!({"product_ids": "1", "favorites": 1}));
    let target = json!({"type": "customer", "id": scene.customer});
    assert_eq!((&events[0]["target"], &events[0]["actor"]["id"]), (&target, &json!(scene.ada.id)));
}

#[tokio::test]
async fn of_a_hundred_who_add_one_product_one_adds_it() {
    let scene = Scene::selling(1).await;
    a_hundred_add_product_1(&scene, &[&scene.app]).await;
}

#[tokio::test]
async fn of_a_hundred_who_add_one_product_through_two_instances_one_adds_it() {
    let scene = Scene::selling(1).await;
    let other = scene.app.other_instances();
    a_hundred_add_product_1(&scene, &[&scene.app, &other]).await;
}

#[tokio::test]
async fn of_lists_that_overlap_each_product_is_added_by_one() {
    let scene = &Scene::selling(30).await;
    let other = scene.app.other_instances();
    // Windows of ten, each begins one further.
    let add = |n: usize| {
        let ids: Vec<usize> = (n + 1..n + 11).collect();
        let app = if n.is_multiple_of(2) { &scene.app } else { &other };
        async move { app.favorite(&scene.ada, &scene.customer, json!(ids)).await }
    };
    let answers = join_all((0..20).map(add)).await;
    let mut added = Vec::new();
    for (n, answer) in answers.iter().enumerate() {
        let results = results(answer);
        let asked: Vec<_> = results.iter().map(|result| result.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(asked, (n + 1..n + 11).map(|id| id.to_string()).collect::<Vec<_>>());
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
    // The events name what was added in their transactions, and nothing else.
    let events = scene.told("favorite.added").await;
    let mut told = Vec::new();
    for event in &events {
        let ids: Vec<_> = event["changes"]["product_ids"].as_str().unwrap().split(' ').collect();
        assert_eq!(event["changes"]["favorites"], ids.len());
        told.extend(ids.into_iter().map(|id| format!("{id} added")));
    }
    told.sort_unstable();
    assert_eq!(told, added);
}

#[tokio::test]
async fn adding_and_removing_at_once_leaves_what_the_trail_says() {
    let scene = Scene::selling(1).await;
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
    let (added, removed) = (scene.told("favorite.added").await, scene.told("favorite.removed").await);
    let left = scene.favorites().await.len();
    assert_eq!(added.len() - removed.len(), left);
    assert!(!removed.is_empty(), "nothing was removed: {added:#?}");
    let distinct = |events: &[Value]| {
        events.iter().map(|event| event["id"].to_string()).collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!((distinct(&added), distinct(&removed)), (added.len(), removed.len()));
}
