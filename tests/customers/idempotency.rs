//! `POST /v1/customers` with an `Idempotency-Key`, and keys that are used on several routes.

use futures_util::future::join_all;
use http::header;
use serde_json::{Value, json};

use super::{Scene, assert_consistent, audit_events, statuses};
use crate::support::{
    app::{TestApp, User},
    dynamo::Fault,
    response::TestResponse,
};

async fn create(app: &TestApp, user: &User, key: &str, body: &Value) -> TestResponse {
    let call = app.post("/v1/customers").bearer(&user.token).header("idempotency-key", key);
    call.json(body).send().await
}

fn grace() -> Value {
    json!({"name": "Grace", "email": "grace@example.com"})
}

fn is_replay(answer: &TestResponse) -> bool {
    answer.header("idempotency-replayed") == "true"
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_response_whatever_happened_since() {
    let (app, user) = TestApp::with_user().await;
    let first = create(&app, &user, "one", &grace()).await;
    first.expect(201);
    assert!(!is_replay(&first));
    let path = first.header(header::LOCATION).to_owned();
    let same = |again: &TestResponse| {
        assert_eq!((again.expect(201), is_replay(again)), (first.expect(201), true));
        for header in [header::LOCATION, header::ETAG] {
            assert_eq!(again.header(&header), first.header(&header));
        }
    };
    same(&create(&app, &user, "one", &json!({"email": "GRACE@example.com", "name": " Grace "})).await);
    app.patch(&path).bearer(&user.token).json(&json!({"name": "Hopper"})).send().await.expect(200);
    same(&create(&app.other_instances(), &user, "one", &grace()).await);
    // Another customer has the e-mail address now.
    app.patch(&path).bearer(&user.token).json(&json!({"email": "hopper@example.com"})).send().await.expect(200);
    app.customer(&user, "grace@example.com").await;
    same(&create(&app, &user, "one", &grace()).await);
    app.delete(&path).bearer(&user.token).send().await.expect(204);
    same(&create(&app, &user, "one", &grace()).await);
    assert_eq!(assert_consistent(&app).into_iter().collect::<Vec<_>>(), ["grace@example.com"]);
    assert_eq!(audit_events(&app, &user, "customer.created").await.len(), 2);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_user() {
    let (app, ada) = TestApp::with_user().await;
    let bob = app.user("bob@example.com").await;
    create(&app, &ada, "one", &grace()).await.expect(201);
    for other in
        [json!({"name": "Grace", "email": "other@example.com"}), json!({"name": "Other", "email": "grace@example.com"})]
    {
        assert_eq!(create(&app, &ada, "one", &other).await.field_errors(), [("Idempotency-Key", "reused")]);
    }
    // The same key of another user is independent.
    create(&app, &bob, "one", &grace()).await.expect_problem(409, "CONFLICT");
    assert!(!is_replay(&create(&app, &bob, "one", &json!({"name": "Bob", "email": "bob@example.com"})).await));
    create(&app, &ada, "two", &grace()).await.expect_problem(409, "CONFLICT");
    assert_eq!(assert_consistent(&app).len(), 2);
}

#[tokio::test]
async fn a_rejected_request_does_not_use_its_key() {
    let (app, user) = TestApp::with_user().await;
    let taken = app.customer(&user, "grace@example.com").await;
    create(&app, &user, "one", &grace()).await.expect_problem(409, "CONFLICT");
    app.delete(&format!("/v1/customers/{taken}")).bearer(&user.token).send().await.expect(204);
    let made = create(&app, &user, "one", &grace()).await;
    made.expect(201);
    assert!(!is_replay(&made));
}

#[tokio::test]
async fn twenty_concurrent_requests_with_one_key_create_one_customer() {
    let (app, user) = TestApp::with_user().await;
    let (other, body) = (app.other_instances(), grace());
    let send = |n: usize| create(if n.is_multiple_of(2) { &app } else { &other }, &user, "one", &body);
    let answers = join_all((0..20).map(send)).await;
    assert!(answers.iter().all(|answer| answer.expect(201) == answers[0].expect(201)));
    assert_eq!(answers.iter().filter(|answer| !is_replay(answer)).count(), 1);
    assert_eq!(assert_consistent(&app).len(), 1);
    assert_eq!(audit_events(&app, &user, "customer.created").await.len(), 1);
}

#[tokio::test]
async fn an_interrupted_request_is_completed_by_a_retry() {
    let (app, user) = TestApp::with_user().await;
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    for (n, (fault, status)) in [
        (Fault::Throttle, 503),
        (Fault::LoseResponse, 503),
        (Fault::LoseWriteResponses, 503),
        (Fault::LoseNextWriteResponse, 201),
        (Fault::ThrottleAfter(1), 201),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({"name": "Customer", "email": format!("c{n}@example.com")});
        app.dynamo.set_fault(fault);
        let first = create(&app, &user, &format!("key {n}"), &body).await;
        assert_eq!((first.status.as_u16(), is_replay(&first)), (status, false), "{fault:?}");
        app.dynamo.set_fault(Fault::None);
        let again = create(&app, &user, &format!("key {n}"), &body).await;
        again.expect(201);
        assert_eq!(is_replay(&again), fault != Fault::Throttle, "{fault:?}");
        if status == 201 {
            assert_eq!(again.body, first.body);
        }
    }
    assert_eq!(assert_consistent(&app).len(), 5);
    assert_eq!(audit_events(&app, &user, "customer.created").await.len(), 5);
}

/// The routes that accept keys. Each request creates something.
const ROUTES: [&str; 4] = ["watchlist item", "customer", "favourites", "another customer's favourites"];

async fn send(scene: &Scene, other_customer: &str, route: &str, key: &str, n: usize) -> TestResponse {
    let (path, body) = match route {
        "watchlist item" => ("/v1/watchlists/items".to_owned(), json!({"title": "Dune", "type": "movie"})),
        "customer" => ("/v1/customers".to_owned(), json!({"name": "Grace", "email": format!("grace{n}@example.com")})),
        "favourites" => (scene.path("/favorites"), json!({"product_ids": n})),
        _ => (format!("/v1/customers/{other_customer}/favorites"), json!({"product_ids": n})),
    };
    let call = scene.app.post(&path).bearer(&scene.ada.token).header("idempotency-key", key);
    call.json(&body).send().await
}

#[tokio::test]
async fn a_key_of_one_route_is_rejected_on_every_other() {
    let scene = Scene::with_products(100).await;
    let other = scene.app.customer(&scene.ada, "other@example.com").await;
    let mut n = 0;
    for first in ROUTES {
        for second in ROUTES.into_iter().filter(|second| *second != first) {
            n += 1;
            let (what, key) = (format!("{first}, then {second}"), format!("key {n}"));
            send(&scene, &other, first, &key, n).await.expect(201);
            let before = scene.app.dynamo.items_under("USER#").len() + scene.stored().len();
            let refused = send(&scene, &other, second, &key, n).await;
            assert_eq!(refused.field_errors(), [("Idempotency-Key", "reused")], "{what}");
            let after = scene.app.dynamo.items_under("USER#").len() + scene.stored().len();
            assert_eq!(before, after, "{what}");
            let replayed = send(&scene, &other, first, &key, n).await;
            assert!(replayed.status == 201 && is_replay(&replayed), "{what}: {replayed:?}");
        }
    }
}

#[tokio::test]
async fn concurrent_requests_to_all_routes_with_one_key_let_exactly_one_win() {
    let scene = Scene::with_products(20).await;
    let other = scene.app.customer(&scene.ada, "other@example.com").await;
    for n in 1..=10 {
        let key = format!("key {n}");
        let answers = join_all(ROUTES.map(|route| send(&scene, &other, route, &key, n))).await;
        assert_eq!(statuses(&answers).into_iter().collect::<Vec<_>>(), [(201, 1), (422, 3)]);
    }
    let [items, customers, favorites] = ["watchlist.item_added", "customer.created", "favorite.added"]
        .map(|action| async { scene.audit_events(action).await.len() });
    let (items, customers, favorites) = (items.await, customers.await - 2, favorites.await);
    assert_eq!(items + customers + favorites, 10);
}
