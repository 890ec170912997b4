//! Authorization of every route and method under `/v1/customers/`.

use functions::ROUTES;
use http::Method;
use serde_json::{Value, json};
use shared::http::route::Route;

use super::Scene;
use crate::support::{
    app::{PASSWORD, TestApp, User},
    request::TestRequest,
    response::TestResponse,
};

const UNKNOWN: &str = "0190a0a0-0000-7000-8000-000000000000";

fn routes() -> Vec<&'static Route> {
    let routes: Vec<_> = ROUTES.iter().filter(|route| route.path.starts_with("/v1/customers/")).collect();
    assert!(routes.len() >= 9, "only {} routes", routes.len());
    routes
}

/// A valid request of a route, for this customer and product 1.
fn call<'a>(app: &'a TestApp, route: &Route, user: &User, customer: &str) -> TestRequest<'a> {
    let path = route.path.replace("{customer_id}", customer).replace("{product_id}", "1");
    let call = app.call(route.method.clone(), &path).bearer(&user.token);
    match route.function {
        "customers-update" => call.json(&json!({"name": "Stolen", "email": "stolen@example.com"})),
        "favorites-add" => call.json(&json!({"product_ids": [1, 2, 99]})),
        _ => call,
    }
}

fn without_request_id(answer: &TestResponse) -> Value {
    let mut body = answer.expect_problem(404, "NOT_FOUND").clone();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

/// Everything that a change would affect.
async fn traces(scene: &Scene) -> (Vec<Value>, usize) {
    let Scene { app, catalog, .. } = scene;
    app.store_events().await;
    let refreshes = app.settings.refresh_queue.as_ref().unwrap().take_batch().await;
    assert_eq!(refreshes["Records"], json!([]), "a refresh was enqueued");
    assert_eq!(catalog.take_requests(), Vec::<String>::new(), "the catalogue was queried");
    let events = app.dynamo.items_under("AUDIT#");
    (app.dynamo.items(), events.len())
}

fn assert_nothing_written(app: &TestApp, what: &str) {
    for call in app.dynamo.take_calls() {
        assert!(["GetItem", "Query", "BatchGetItem"].contains(&call.operation.as_str()), "{what}: {call:?}");
    }
}

#[tokio::test]
async fn a_customer_of_another_account_is_404_on_every_route_and_stays_unchanged() {
    let scene = Scene::with_products(3).await;
    let app = &scene.app;
    scene.add(json!([1])).await.expect(201);
    let grace = app.user("grace@example.com").await;
    scene.catalog.take_requests();
    let before = traces(&scene).await;
    for route in routes() {
        for header in [None, Some(("if-match", "*")), Some(("if-match", "\"1\"")), Some(("idempotency-key", "one"))] {
            app.dynamo.take_calls();
            let send = |customer: &str| {
                let call = call(app, route, &grace, customer);
                header
                    .map_or_else(|| self::call(app, route, &grace, customer), |(name, value)| call.header(name, value))
            };
            let (theirs, unknown) = (send(&scene.customer).send().await, send(UNKNOWN).send().await);
            let what = format!("{} {} {header:?}", route.method, route.path);
            assert_eq!(without_request_id(&theirs), without_request_id(&unknown), "{what}");
            assert_nothing_written(app, &what);
        }
    }
    for query in ["", "?email=customer@example.com", "?limit=100"] {
        let list = app.get(&format!("/v1/customers{query}")).bearer(&grace.token).send().await;
        assert_eq!(list.expect(200), &json!({"customers": [], "next_cursor": null}), "{query}");
    }
    assert_eq!(traces(&scene).await, before);
}

#[tokio::test]
async fn an_administrator_can_read_all_customers_and_change_none() {
    let scene = Scene::with_products(3).await;
    let app = &scene.app;
    scene.add(json!([1])).await.expect(201);
    let admin = app.admin().await;
    scene.catalog.take_requests();
    let (items, _) = traces(&scene).await;
    for route in routes() {
        let answer = call(app, route, &admin, &scene.customer).send().await;
        if route.method == Method::GET {
            let owners = call(app, route, &scene.ada, &scene.customer).send().await;
            assert_eq!(answer.expect(200), owners.expect(200), "{}", route.path);
            without_request_id(&call(app, route, &admin, UNKNOWN).send().await);
        } else {
            without_request_id(&answer);
        }
    }
    assert_eq!(traces(&scene).await.0, items);
    assert_eq!(scene.get().await.expect(200)["name"], "Customer");
}

#[tokio::test]
async fn reads_by_an_administrator_are_audited_except_of_own_customers() {
    let scene = Scene::with_products(3).await;
    let app = &scene.app;
    scene.add(json!([1])).await.expect(201);
    let admin = app.admin().await;
    let own = app.customer(&admin, "own@example.com").await;
    app.favorite(&admin, &own, json!(1)).await.expect(201);
    let customer = &scene.customer;
    let mut expected = Vec::new();
    for (path, target) in [
        (scene.path(""), json!({"type": "customer", "id": customer})),
        (scene.path("/favorites"), json!({"type": "customer", "id": customer})),
        (scene.path("/favorites/1/history"), json!({"type": "customer", "id": customer})),
        ("/v1/customers".to_owned(), json!({"type": "customers", "id": null})),
        ("/v1/customers?email=customer@example.com".to_owned(), json!({"type": "customers", "id": null})),
    ] {
        app.get(&path).bearer(&admin.token).send().await.expect(200);
        expected.push((target, json!(admin.id)));
    }
    // These reads are not audited.
    app.get(&format!("/v1/customers/{UNKNOWN}")).bearer(&admin.token).send().await.expect(404);
    for path in ["", "/favorites", "/favorites/1/history"] {
        app.get(&format!("/v1/customers/{own}{path}")).bearer(&admin.token).send().await.expect(200);
    }
    let events = super::audit_events(app, &admin, "admin.viewed").await;
    let said: Vec<_> = events.iter().map(|event| (event["target"].clone(), event["actor"]["id"].clone())).collect();
    assert_eq!(said, expected);
    assert_eq!(super::audit_events(app, &scene.ada, "admin.viewed").await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_administrator_lists_all_customers_newest_first() {
    let scene = Scene::with_products(1).await;
    let (app, admin) = (&scene.app, scene.app.admin().await);
    let grace = app.user("grace@example.com").await;
    let mut expected = vec!["customer@example.com".to_owned()];
    for n in 0..7 {
        let email = format!("c{n}@example.com");
        app.customer(if n % 2 == 0 { &grace } else { &scene.ada }, &email).await;
        expected.insert(0, email);
    }
    for limit in [1, 3, 8, 100] {
        let pages = super::list::pages(app, &admin, &format!("/v1/customers?limit={limit}"), "customers").await;
        let emails: Vec<_> = pages.iter().flatten().map(|customer| customer["email"].as_str().unwrap()).collect();
        assert_eq!((emails, pages.len()), (expected.iter().map(String::as_str).collect(), 8usize.div_ceil(limit)));
    }
    let found = app.get("/v1/customers?email=C0@example.com").bearer(&admin.token).send().await;
    assert_eq!(found.expect(200)["customers"][0]["owner_id"], grace.id);
}

#[tokio::test]
async fn a_demoted_administrator_has_no_access_with_an_old_token() {
    let scene = Scene::with_products(3).await;
    let app = &scene.app;
    scene.add(json!([1])).await.expect(201);
    let (admin, demoted) = (app.admin().await, app.second_admin().await);
    call(app, routes()[0], &demoted, &scene.customer).send().await.expect(200);
    let change = app.patch(&format!("/v1/admin/users/{}", demoted.id)).bearer(&admin.token);
    change.json(&json!({"role": "user"})).send().await.expect(200);
    for route in routes() {
        call(app, route, &demoted, &scene.customer).send().await.expect_problem(401, "UNAUTHORIZED");
    }
    // The token still has the role admin.
    let again = app.login("second@example.com", PASSWORD).await;
    let again = User { id: demoted.id, token: again.expect(200)["access_token"].as_str().unwrap().to_owned() };
    let again = User { token: app.sign_token(&again, "admin"), ..again };
    for route in routes() {
        without_request_id(&call(app, route, &again, &scene.customer).send().await);
    }
    for query in ["", "?email=customer@example.com"] {
        let list = app.get(&format!("/v1/customers{query}")).bearer(&again.token).send().await;
        assert_eq!(list.expect(200)["customers"], json!([]));
    }
    let seen = super::audit_events(app, &again, "admin.viewed").await;
    assert_eq!(seen.len(), 1, "before, and not after: {seen:#?}");
}
