//! `POST /v1/customers/{customer_id}/favorites` with an `Idempotency-Key`.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Scene, audit_events, results};
use crate::support::{app::TestApp, dynamo::Fault, response::TestResponse};

async fn add_in(app: &TestApp, scene: &Scene, key: &str, product_ids: Value) -> TestResponse {
    let call = app.post(&scene.path("/favorites")).bearer(&scene.ada.token).header("idempotency-key", key);
    call.json(&json!({"product_ids": product_ids})).send().await
}

async fn add(scene: &Scene, key: &str, product_ids: Value) -> TestResponse {
    add_in(&scene.app, scene, key, product_ids).await
}

fn is_replay(answer: &TestResponse) -> bool {
    answer.header("idempotency-replayed") == "true"
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_response_without_the_catalogue() {
    let scene = Scene::with_products(3).await;
    let first = add(&scene, "one", json!([1, 99, 1, "2"])).await;
    first.expect(201);
    assert_eq!(
        (results(&first).join(", "), is_replay(&first)),
        ("1 added, 99 not_found, 1 duplicate, 2 added".into(), false)
    );
    scene.catalog.take_requests();
    scene.catalog.go_down();
    for ids in [json!([1, 99, 1, 2]), json!(["1", "99", 1, 2])] {
        let again = add_in(&scene.app.other_instances(), &scene, "one", ids).await;
        assert_eq!((again.expect(201), is_replay(&again)), (first.expect(201), true));
    }
    assert_eq!(scene.catalog.take_requests(), Vec::<String>::new());
    assert_eq!(scene.audit_events("favorite.added").await.len(), 1);
}

#[tokio::test]
async fn a_replayed_response_is_unchanged_after_a_refresh() {
    let scene = Scene::with_products(2).await;
    let first = add(&scene, "one", json!([1, 2])).await;
    first.expect(201);
    scene.app.clock.advance(60);
    scene.catalog.set_price(1, "12.50");
    scene.catalog.remove(2);
    scene.refresh().await;
    let now = scene.favorites().await;
    assert_eq!((&now[0]["price_change"], &now[1]["current"]["available"]), (&json!("2.50"), &json!(false)));
    let again = add(&scene, "one", json!([1, 2])).await;
    assert_eq!((again.expect(201), is_replay(&again)), (first.expect(201), true));
}

#[tokio::test]
async fn a_favourite_removed_since_is_replayed_as_added_and_not_added_again() {
    let scene = Scene::with_products(2).await;
    add(&scene, "one", json!([1, 2])).await.expect(201);
    scene.remove("1").await.expect(204);
    let again = add(&scene, "one", json!([1, 2])).await;
    assert!(is_replay(&again));
    assert_eq!(results(&again), ["1 added", "2 added"]);
    assert_eq!(again.expect(201)["results"][0], json!({"product_id": "1", "result": "added"}));
    assert_eq!(scene.favorites().await.len(), 1);
    scene.delete().await.expect(204);
    add(&scene, "one", json!([1, 2])).await.expect_problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let scene = Scene::with_products(5).await;
    let bob = scene.app.user("bob@example.com").await;
    let his = scene.app.customer(&bob, "his@example.com").await;
    add(&scene, "one", json!([1, 2])).await.expect(201);
    for other in [json!([2, 1]), json!([1]), json!([1, 2, 3]), json!([1, 2, 2]), json!(1)] {
        assert_eq!(add(&scene, "one", other.clone()).await.field_errors(), [("Idempotency-Key", "reused")], "{other}");
    }
    let call = scene.app.post(&format!("/v1/customers/{his}/favorites")).bearer(&bob.token);
    let call = call.header("idempotency-key", "one").json(&json!({"product_ids": [1, 2]}));
    let answer = call.send().await;
    assert_eq!((results(&answer), is_replay(&answer)), (vec!["1 added".to_owned(), "2 added".to_owned()], false));
    for bad in ["", &"k".repeat(256), "é"] {
        assert_eq!(add(&scene, bad, json!(3)).await.field_errors(), [("Idempotency-Key", "invalid_key")], "{bad:?}");
    }
    assert_eq!(scene.favorites().await.len(), 2);
}

#[tokio::test]
async fn a_request_that_added_nothing_does_not_use_its_key() {
    let scene = Scene::with_products(2).await;
    scene.add(json!(1)).await.expect(201);
    add(&scene, "one", json!(1)).await.expect_problem(409, "CONFLICT");
    add(&scene, "one", json!(99)).await.expect_problem(404, "NOT_FOUND");
    scene.catalog.go_down();
    add(&scene, "one", json!(2)).await.expect_problem(503, "UNAVAILABLE");
    scene.catalog.come_back();
    let added = add(&scene, "one", json!(2)).await;
    assert_eq!((results(&added), is_replay(&added)), (vec!["2 added".to_owned()], false));
}

#[tokio::test]
async fn twenty_concurrent_requests_with_one_key_have_one_effect_and_one_response() {
    let scene = Scene::with_products(40).await;
    let other = scene.app.other_instances();
    for round in 1..=10 {
        let (key, ids) = (format!("key {round}"), json!([round, 20 + round, 99]));
        let app = |n: usize| if n.is_multiple_of(2) { &scene.app } else { &other };
        let answers = join_all((0..20).map(|n| add_in(app(n), &scene, &key, ids.clone()))).await;
        let first = answers.iter().find(|answer| !is_replay(answer)).unwrap();
        for answer in &answers {
            assert_eq!(answer.expect(201), first.expect(201), "replayed: {}", is_replay(answer));
        }
        assert_eq!(answers.iter().filter(|answer| !is_replay(answer)).count(), 1);
    }
    assert_eq!(scene.favorites().await.len(), 20);
    let events = scene.audit_events("favorite.added").await;
    assert_eq!(events.len(), 10);
    assert!(events.iter().all(|event| event["changes"]["favorites"] == 2));
}

/// Sends a request twice. One is paused at a read until the other has completed.
async fn assert_same_response_when_paused(is_paused: fn(&str, &Value) -> bool) {
    let scene = Scene::with_products(3).await;
    scene.get().await.expect(200);
    let paused = scene.app.dynamo.pause_next(is_paused);
    let first = async {
        paused.arrived().await;
        let first = add(&scene, "one", json!([1, 2])).await;
        paused.resume();
        first
    };
    let (again, first) = tokio::join!(add(&scene, "one", json!([1, 2])), first);
    assert_eq!((first.status.as_u16(), is_replay(&first)), (201, false));
    assert_eq!((again.expect(201), is_replay(&again)), (first.expect(201), true));
}

#[tokio::test]
async fn a_retry_that_sees_the_favourites_of_the_first_attempt_does_not_report_duplicates() {
    assert_same_response_when_paused(|operation, _| operation == "BatchGetItem").await;
}

#[tokio::test]
async fn a_retry_that_missed_the_favourites_of_the_first_attempt_returns_them() {
    assert_same_response_when_paused(|_, request| request["Key"]["sk"]["S"] == "KEY#one").await;
}

#[tokio::test]
async fn a_retry_that_conflicts_with_the_first_attempt_returns_its_favourites() {
    assert_same_response_when_paused(|operation, _| operation == "TransactWriteItems").await;
}

#[tokio::test]
async fn overlapping_requests_with_different_keys_add_each_product_once() {
    let scene = Scene::with_products(12).await;
    // 0 1 2 3, 1 2 3 4, 2 3 4 5 ...
    let add = |n: u32| async move { (n, ((n + 1)..(n + 5)).collect::<Vec<_>>()) };
    let requests = join_all((0..8).map(add)).await;
    let scene = &scene;
    let send = |(n, ids): (u32, Vec<u32>)| async move { self::add(scene, &format!("key {n}"), json!(ids)).await };
    let answers = join_all(requests.clone().into_iter().map(send)).await;
    let mut added: Vec<_> = answers.iter().flat_map(results).filter(|result| result.ends_with(" added")).collect();
    added.sort_unstable();
    added.dedup();
    assert_eq!(added.len(), 11, "each of products 1 to 11 once");
    let audit_events: u64 = scene
        .audit_events("favorite.added")
        .await
        .iter()
        .map(|event| event["changes"]["favorites"].as_u64().unwrap())
        .sum();
    assert_eq!((audit_events, scene.favorites().await.len()), (11, 11));
    // A repetition of each request that added something returns the same response.
    for ((n, ids), answer) in requests.into_iter().zip(&answers).filter(|(_, answer)| answer.status == 201) {
        let again = self::add(scene, &format!("key {n}"), json!(ids)).await;
        assert_eq!((again.expect(201), is_replay(&again)), (answer.expect(201), true));
    }
}

#[tokio::test]
async fn an_interrupted_request_is_completed_by_a_retry() {
    let scene = Scene::with_products(30).await;
    // The session is cached in Redis first, so that its read does not count as a call to the table.
    scene.get().await.expect(200);
    scene.app.dynamo.take_calls();
    add(&scene, "usual", json!(30)).await.expect(201);
    let calls = scene.app.dynamo.take_operations().len();
    let mut faults = vec![(Fault::LoseWriteResponses, true), (Fault::LoseNextWriteResponse, true)];
    faults.extend((0..=calls).map(|n| (Fault::ThrottleAfter(n), false)));
    let mut statuses = Vec::new();
    for (n, (fault, is_done)) in faults.into_iter().enumerate() {
        let (key, id) = (format!("key {n}"), (n + 1).to_string());
        scene.app.dynamo.set_fault(fault);
        let first = add(&scene, &key, json!(id)).await;
        scene.app.dynamo.set_fault(Fault::None);
        let done = scene.favorites().await.iter().any(|favorite| favorite["product_id"] == id);
        assert!(done || (!is_done && first.status == 503), "{fault:?}: {first:?}");
        let again = add(&scene, &key, json!(id)).await;
        assert_eq!((results(&again), again.status.as_u16()), (vec![format!("{id} added")], 201), "{fault:?}");
        assert_eq!(is_replay(&again), done, "{fault:?}");
        assert_eq!(again.body["results"][0]["favorite"]["price"], "10.00", "{fault:?}");
        if first.status == 201 {
            assert_eq!(first.body, again.body, "{fault:?}");
        }
        statuses.push(first.status.as_u16());
    }
    // All responses to the first request were lost. Of the second, only one was lost, so the SDK
    // repeated the write. The last request had no fault.
    assert_eq!((statuses[0], statuses[1], statuses.last()), (503, 201, Some(&201)), "{statuses:?}");
    let events = audit_events(&scene.app, &scene.ada, "favorite.added").await;
    assert_eq!(events.len(), statuses.len() + 1);
    assert!(events.iter().all(|event| event["changes"]["favorites"] == 1));
}

#[tokio::test]
async fn a_product_removed_and_added_again_is_not_replayed_as_the_first_favourite() {
    let scene = Scene::with_products(1).await;
    add(&scene, "one", json!([1])).await.expect(201);
    scene.remove("1").await.expect(204);
    scene.catalog.set_price(1, "99.00");
    scene.add(json!([1])).await.expect(201);
    let again = add(&scene, "one", json!([1])).await;
    assert_eq!(
        (again.expect(201), is_replay(&again)),
        (&json!({"results": [{"product_id": "1", "result": "added"}]}), true)
    );
}
