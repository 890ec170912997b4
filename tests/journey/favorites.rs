//! A user manages a customer's favourite products through a catalogue outage and a price change.

use std::{cell::RefCell, time::Duration};

use http::Method;
use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use super::{client::Client, scenarios::sign_up};
use crate::support::{http_client::http_client, response::TestResponse};

/// The control API of the mock catalogue.
struct CatalogControl {
    http: reqwest::Client,
    catalog: String,
}

impl CatalogControl {
    async fn send(&self, method: Method, path: &str, body: Value) {
        let request = self.http.request(method, format!("{}{path}", self.catalog)).body(body.to_string());
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {response:?}");
    }

    async fn set_fault(&self, fault: &str) {
        self.send(Method::PATCH, "/control", json!({ "fail": fault })).await;
    }
}

/// Repeats a request until it succeeds with an expected body, which background work brings about.
/// Panics after a minute.
pub(super) async fn poll_until(
    what: &str,
    request: impl AsyncFn() -> TestResponse,
    is_expected: impl Fn(&Value) -> bool,
) -> Value {
    let last = RefCell::new(Value::Null);
    let polling = async {
        let mut tick = interval(Duration::from_millis(200));
        loop {
            tick.tick().await;
            let response = request().await;
            if response.status.is_success() && is_expected(&response.body) {
                return response.body;
            }
            last.replace(response.body);
        }
    };
    timeout(Duration::from_mins(1), polling)
        .await
        .unwrap_or_else(|_| panic!("timed out waiting for {what}; last response: {:#}", last.borrow()))
}

fn results(response: &Value) -> Vec<&str> {
    response["results"].as_array().unwrap().iter().map(|one| one["result"].as_str().unwrap()).collect()
}

pub(crate) async fn scenario(client: &Client, catalog: String) {
    let control = CatalogControl { http: http_client(), catalog };
    let seller = sign_up(client, &client.email("seller")).await;
    let token = Some(seller.access_token.as_str());
    let body = json!({"name": "Grace Hopper", "email": client.email("admiral")});
    let customer = client.post("/v1/customers", token, body).await;
    let path = format!("/v1/customers/{}", customer.expect(201)["id"].as_str().unwrap());
    let favorites = format!("{path}/favorites");

    // Browse the catalogue in its initial state.
    control.send(Method::DELETE, "/control", json!({})).await;
    let browse = async || client.get("/v1/products", token).await;
    let page = poll_until("a page of products", browse, |page| page["stale"] == false).await;
    let products = page["products"].as_array().unwrap().clone();
    assert_eq!((products.len(), &page["next_page"]), (100, &json!(2)));
    // Three products that no earlier run here has requested, because products are cached.
    let products = &products[client.run_number_below(97)..][..3];
    let [first, second, third] = [0, 1, 2].map(|at| products[at]["id"].as_str().unwrap());
    let product = client.get(&format!("/v1/products/{first}"), token).await;
    assert_eq!(product.expect(200)["title"], products[0]["title"]);
    client.get("/v1/products/999999", token).await.expect_problem(404, "NOT_FOUND");

    // Add three products, of which one is unknown and one is listed twice.
    let ids = json!({"product_ids": [first, 999_999, second.parse::<u64>().unwrap(), first]});
    let added = client.post(&favorites, token, ids).await;
    assert_eq!(results(added.expect(201)), ["added", "not_found", "added", "duplicate"]);
    assert_eq!(added.body["results"][0]["favorite"]["price"], products[0]["price"]);
    let list = async || client.get(&favorites, token).await;
    let listed = list().await.expect(200).clone();
    assert_eq!(listed["favorites"].as_array().unwrap().len(), 2);

    // During an outage, stored favourites can be read, and no product is reported as not found.
    control.set_fault("down").await;
    assert_eq!(list().await.expect(200), &listed);
    let refused = client.post(&favorites, token, json!({"product_ids": [third, 999_999]})).await;
    refused.expect_problem(503, "UNAVAILABLE");
    assert_eq!(results(&refused.body), ["unavailable", "unavailable"]);
    client.get(&format!("/v1/products/{third}"), token).await.expect_problem(503, "UNAVAILABLE");
    client.get(&format!("/v1/products/{first}"), token).await.expect(200);

    // After the outage, each instance of a function detects the recovery on its own.
    control.set_fault("off").await;
    let add = async || client.post(&favorites, token, json!({"product_ids": third})).await;
    poll_until("the third favourite to be added", add, |body| results(body) == ["added"]).await;

    // One price changes and one product disappears.
    control.send(Method::PUT, &format!("/control/products/{first}"), json!({"price": 1234.5})).await;
    control.send(Method::PUT, &format!("/control/products/{second}"), json!({"gone": true})).await;
    let queued = client.post(&format!("{favorites}/refresh"), token, json!({})).await;
    assert_eq!(queued.expect(202), &json!({"queued": 3}));
    let is_refreshed = |body: &Value| {
        let current = |at: usize| &body["favorites"][at]["current"];
        current(0)["price"] == "1234.50" && current(1)["available"] == false
    };
    let refreshed = poll_until("the favourites to be refreshed", list, is_refreshed).await;
    let (before, now) = (&listed["favorites"][0], &refreshed["favorites"][0]);
    for frozen in ["product_id", "title", "image_url", "price", "review", "favorited_at"] {
        assert_eq!(before[frozen], now[frozen], "{frozen}");
    }
    assert!(now["price_change"].as_str().unwrap().parse::<f64>().unwrap() > 0.0);
    let gone = &refreshed["favorites"][1]["current"];
    assert_eq!((&gone["title"], &gone["price"]), (&products[1]["title"], &products[1]["price"]));

    let history = client.get(&format!("{favorites}/{first}/history"), token).await;
    let prices: Vec<&Value> =
        history.expect(200)["snapshots"].as_array().unwrap().iter().map(|state| &state["price"]).collect();
    assert_eq!(prices, [&before["price"], &json!("1234.50")]);

    let trail = async || client.get("/v1/auth/audit?limit=100", token).await;
    let of_customer = |body: &Value| {
        let events = body["events"].as_array().unwrap().iter();
        let actions = events.filter(|event| event["target"]["type"] == "customer");
        actions.map(|event| event["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let expected = ["favorite.refresh_requested", "favorite.added", "favorite.added", "customer.created"];
    poll_until("the audit trail", trail, |body| of_customer(body) == expected).await;

    client.send(Method::DELETE, &format!("{favorites}/{first}"), token, None).await.expect(204);
    client.send(Method::DELETE, &path, token, None).await.expect(204);
    list().await.expect_problem(404, "NOT_FOUND");
    control.send(Method::DELETE, "/control", json!({})).await;
}
