//! The refresh of favourites from the catalogue: `catalog-refresh`, the queue, `catalog-worker` and
//! the API.

mod crash_recovery;
mod history;
mod large_round;
mod many_customers;
mod messages;
mod on_demand;
mod order;
mod refresh_case;
mod rounds;
mod seed;
mod state;
mod table_faults;
mod tracking;
mod worker;

use serde_json::{Value, json};
use shared::domain::{CustomerId, ProductId, rfc3339};

use crate::support::{app::TestApp, dynamo::TABLE, response::TestResponse, scene::Scene};

impl Scene {
    /// The catalogue has products 1 to `products`, and all of them are favourites of the customer.
    async fn with_favorites(products: u32) -> Self {
        let scene = Self::with_products(products).await;
        scene.add_first(products).await;
        scene.reset_counters();
        scene
    }

    /// Resets the recorded requests and database calls.
    fn reset_counters(&self) {
        self.catalog.take_requests();
        self.app.dynamo.take_calls();
    }

    fn customer_id(&self) -> CustomerId {
        CustomerId::parse(&self.customer).unwrap()
    }

    /// Runs a whole refresh round. Returns the number of enqueued products.
    async fn run_round(&self) -> u64 {
        let progress = self.app.catalog_refresh().await;
        assert_eq!(progress["has_more"], false);
        self.app.do_refreshes().await;
        progress["queued"].as_u64().unwrap()
    }

    /// An SQS event that requests a refresh of these products now, for all customers.
    fn refresh_event(&self, products: &[u32]) -> Value {
        let asked_at = rfc3339(self.app.clock.clock().now());
        sqs_event(&[("m", request(&asked_at, products))])
    }

    /// Runs the worker with an event and expects that no message fails.
    async fn run_worker(&self, batch: Value) {
        assert_eq!(self.app.catalog_worker(batch).await, failed(&[]));
    }

    /// One of the first hundred favourites, as the API returns it.
    async fn favorite(&self, product: u32) -> Value {
        let (page, id) = (self.app.favorites(&self.ada, &self.customer, "limit=100").await, product.to_string());
        let favorites = page["favorites"].as_array().unwrap().iter();
        let mut found = favorites.filter(|favorite| favorite["product_id"] == id.as_str());
        found.next().unwrap_or_else(|| panic!("{product} is not a favourite")).clone()
    }

    /// The current price, the price change and the availability of a favourite.
    async fn current(&self, product: u32) -> (String, String, bool) {
        let favorite = self.favorite(product).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let current = &favorite["current"];
        (text(&current["price"]), text(&favorite["price_change"]), current["available"].as_bool().unwrap())
    }

    async fn history_response(&self, product: u32, query: &str) -> TestResponse {
        let path = format!("/v1/customers/{}/favorites/{product}/history{query}", self.customer);
        self.app.get(&path).bearer(&self.ada.token).send().await
    }

    /// A favourite's history.
    async fn history(&self, product: u32) -> Vec<Value> {
        let answer = self.history_response(product, "?limit=100").await;
        assert_eq!(answer.expect(200)["next_cursor"], Value::Null);
        answer.body["snapshots"].as_array().unwrap().clone()
    }

    /// The prices in a favourite's history, with `gone` for an unavailable product.
    async fn price_history(&self, product: u32) -> Vec<String> {
        let price = |state: &Value| {
            let is_available = state["available"].as_bool().unwrap();
            if is_available { state["price"].as_str().unwrap().to_owned() } else { "gone".to_owned() }
        };
        self.history(product).await.iter().map(price).collect()
    }
}

/// A message that requests a refresh of these products, for all customers.
fn request(asked_at: &str, products: &[u32]) -> Value {
    let ids: Vec<String> = products.iter().map(ToString::to_string).collect();
    json!({"version": 1, "refresh": {"asked_at": asked_at, "product_ids": ids}})
}

/// An SQS event with these messages.
fn sqs_event(messages: &[(&str, Value)]) -> Value {
    let record = |(id, body): &(&str, Value)| json!({"messageId": id, "body": body.to_string()});
    json!({"Records": messages.iter().map(record).collect::<Vec<_>>()})
}

/// The response that reports these messages as failed.
fn failed(ids: &[&str]) -> Value {
    json!({"batchItemFailures": ids.iter().map(|id| json!({"itemIdentifier": id})).collect::<Vec<_>>()})
}

fn id(product: u32) -> ProductId {
    ProductId::parse(&product.to_string()).unwrap()
}

/// Receives all messages of the refresh queue.
async fn take_messages(app: &TestApp) -> Vec<Value> {
    let queue = app.settings.refresh_queue.as_ref().unwrap();
    let mut messages = Vec::new();
    loop {
        let batch = queue.take_batch().await;
        let records = batch["Records"].as_array().unwrap();
        if records.is_empty() {
            return messages;
        }
        messages.extend(
            records.iter().map(|record| serde_json::from_str::<Value>(record["body"].as_str().unwrap()).unwrap()),
        );
    }
}

/// The products of these messages.
fn products_in(messages: &[Value]) -> Vec<u32> {
    let of = |message: &Value| message["refresh"]["product_ids"].as_array().unwrap().clone();
    messages.iter().flat_map(of).map(|id| id.as_str().unwrap().parse().unwrap()).collect()
}

fn put_item(app: &TestApp, item: &Value) {
    let put = json!({"TableName": TABLE, "Item": item});
    app.dynamo.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
}
