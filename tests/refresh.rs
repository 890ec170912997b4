//! How favourites follow the catalogue: `catalog-refresh`, the queue, `catalog-worker`, and what the API shows of it.

mod history;
mod interrupted;
mod kills;
mod many_holders;
mod marks;
mod messages;
mod on_demand;
mod order;
mod rounds;
mod seed;
mod state;
mod story;
mod thousands;
mod worker;

use serde_json::{Value, json};
use shared::domain::{CustomerId, ProductId, rfc3339};

use crate::support::{
    answer::Answer,
    app::{PASSWORD, TestApp, User},
    dynamo::TABLE,
    functions::Settings,
    shop::Shop,
};

/// A user with a customer, and a catalogue with products.
struct Scene {
    app: TestApp,
    shop: Shop,
    ada: User,
    /// Ada's.
    customer: String,
}

impl Scene {
    /// The catalogue has products 1 to so many.
    async fn selling(products: u32) -> Self {
        let shop = Shop::with(products).await;
        let app = TestApp::with(Settings { catalog: shop.config(), ..Settings::default() }).await;
        let ada = app.user("ada@example.com").await;
        let customer = app.customer(&ada, "customer@example.com").await;
        Self { app, shop, ada, customer }
    }

    /// The same, and products 1 to so many are the customer's favourites.
    async fn holding(products: u32) -> Self {
        let scene = Self::selling(products).await;
        scene.add_first(products).await;
        scene.forget();
        scene
    }

    /// Adds products 1 to so many, fifty at a time.
    async fn add_first(&self, products: u32) {
        let ids: Vec<u32> = (1..=products).collect();
        for ids in ids.chunks(50) {
            self.app.favorite(&self.ada, &self.customer, json!(ids)).await.expect(201);
        }
    }

    /// What was counted so far does not matter.
    fn forget(&self) {
        self.shop.take_asked();
        self.app.dynamo.take_calls();
    }

    fn customer_id(&self) -> CustomerId {
        CustomerId::parse(&self.customer).unwrap()
    }

    /// Lets time pass, and signs in again: a token is good for a quarter of an hour.
    async fn wait(&mut self, seconds: i64) {
        self.app.clock.advance(seconds);
        let answer = self.app.login("ada@example.com", PASSWORD).await;
        answer.expect(200)["access_token"].as_str().unwrap().clone_into(&mut self.ada.token);
    }

    /// A round from its beginning to its end: how many products were put into the queue.
    async fn round(&self) -> u64 {
        let progress = self.app.catalog_refresh().await;
        assert_eq!(progress["has_more"], false);
        self.app.do_refreshes().await;
        progress["queued"].as_u64().unwrap()
    }

    /// What asks for these products now, for everybody's favourites.
    fn asking(&self, products: &[u32]) -> Value {
        let asked_at = rfc3339(self.app.clock.clock().now());
        batch(&[("m", request(&asked_at, products))])
    }

    /// Does a batch of which nothing is to come again.
    async fn work(&self, batch: Value) {
        assert_eq!(self.app.catalog_worker(batch).await, failed(&[]));
    }

    /// One of the first hundred favourites, as the API shows it.
    async fn favorite(&self, product: u32) -> Value {
        let (page, id) = (self.app.favorites(&self.ada, &self.customer, "limit=100").await, product.to_string());
        let favorites = page["favorites"].as_array().unwrap().iter();
        let mut found = favorites.filter(|favorite| favorite["product_id"] == id.as_str());
        found.next().unwrap_or_else(|| panic!("{product} is no favourite")).clone()
    }

    /// Price, `price_change` and availability of a favourite now.
    async fn now(&self, product: u32) -> (String, String, bool) {
        let favorite = self.favorite(product).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let current = &favorite["current"];
        (text(&current["price"]), text(&favorite["price_change"]), current["available"].as_bool().unwrap())
    }

    async fn history_answer(&self, product: u32, query: &str) -> Answer {
        let path = format!("/v1/customers/{}/favorites/{product}/history{query}", self.customer);
        self.app.get(&path).bearer(&self.ada.token).send().await
    }

    /// A favourite's history.
    async fn history(&self, product: u32) -> Vec<Value> {
        let answer = self.history_answer(product, "?limit=100").await;
        assert_eq!(answer.expect(200)["next_cursor"], Value::Null);
        answer.body["snapshots"].as_array().unwrap().clone()
    }

    /// Prices and availability in a favourite's history, as in `10.00` and `gone`.
    async fn past(&self, product: u32) -> Vec<String> {
        let past = |state: &Value| {
            let is_available = state["available"].as_bool().unwrap();
            if is_available { state["price"].as_str().unwrap().to_owned() } else { "gone".to_owned() }
        };
        self.history(product).await.iter().map(past).collect()
    }

    async fn remove(&self, product: u32) {
        let path = format!("/v1/customers/{}/favorites/{product}", self.customer);
        self.app.delete(&path).bearer(&self.ada.token).send().await.expect(204);
    }
}

/// A message that asks for products, for everybody's favourites.
fn request(asked_at: &str, products: &[u32]) -> Value {
    let ids: Vec<String> = products.iter().map(ToString::to_string).collect();
    json!({"version": 1, "refresh": {"asked_at": asked_at, "product_ids": ids}})
}

/// Messages as Lambda hands them over, by their ids.
fn batch(messages: &[(&str, Value)]) -> Value {
    let record = |(id, body): &(&str, Value)| json!({"messageId": id, "body": body.to_string()});
    json!({"Records": messages.iter().map(record).collect::<Vec<_>>()})
}

/// The report that these messages are to come again.
fn failed(ids: &[&str]) -> Value {
    json!({"batchItemFailures": ids.iter().map(|id| json!({"itemIdentifier": id})).collect::<Vec<_>>()})
}

fn id(product: u32) -> ProductId {
    ProductId::parse(&product.to_string()).unwrap()
}

/// Takes everything out of the queue of refreshes: what each message says.
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

/// The products that messages name.
fn products_in(messages: &[Value]) -> Vec<u32> {
    let of = |message: &Value| message["refresh"]["product_ids"].as_array().unwrap().clone();
    messages.iter().flat_map(of).map(|id| id.as_str().unwrap().parse().unwrap()).collect()
}

fn put_item(app: &TestApp, item: &Value) {
    let put = json!({"TableName": TABLE, "Item": item});
    app.dynamo.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
}
