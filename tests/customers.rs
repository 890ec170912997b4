//! `/v1/customers`

mod access;
mod create;
mod delete;
mod delete_at_once;
mod emails;
mod favorites_add;
mod favorites_at_once;
mod favorites_history;
mod favorites_idempotency;
mod favorites_list;
mod favorites_remove;
mod get;
mod idempotency;
mod list;
mod update;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{
    answer::Answer,
    app::{TestApp, User},
    dynamo::TABLE,
    functions::Settings,
    shop::Shop,
};

/// A user with a customer, and a catalogue with products.
struct Scene {
    app: TestApp,
    shop: Shop,
    ada: User,
    /// Ada's, `customer@example.com`.
    customer: String,
}

impl Scene {
    /// The catalogue has products 1 to so many.
    async fn selling(products: u32) -> Self {
        let shop = Shop::with(products).await;
        let app = TestApp::with(Settings { catalog: shop.config(), ..Settings::default() }).await;
        let ada = app.user("ada@example.com").await;
        let customer = app.customer(&ada, "customer@example.com").await;
        app.dynamo.take_calls();
        Self { app, shop, ada, customer }
    }

    /// The customer's path, or one under it.
    fn path(&self, rest: &str) -> String {
        format!("/v1/customers/{}{rest}", self.customer)
    }

    async fn add(&self, product_ids: Value) -> Answer {
        self.app.favorite(&self.ada, &self.customer, product_ids).await
    }

    /// Adds products 1 to so many, fifty at a time.
    async fn add_first(&self, products: u32) {
        let ids: Vec<u32> = (1..=products).collect();
        for ids in ids.chunks(50) {
            self.add(json!(ids)).await.expect(201);
        }
    }

    /// What the customer's favourites are now.
    async fn refresh(&self) {
        let path = self.path("/favorites/refresh");
        self.app.post(&path).bearer(&self.ada.token).send().await.expect(202);
        self.app.do_refreshes().await;
    }

    /// The first hundred favourites.
    async fn favorites(&self) -> Vec<Value> {
        let page = self.app.favorites(&self.ada, &self.customer, "limit=100").await;
        page["favorites"].as_array().unwrap().clone()
    }

    async fn remove(&self, product: &str) -> Answer {
        let path = self.path(&format!("/favorites/{product}"));
        self.app.delete(&path).bearer(&self.ada.token).send().await
    }

    async fn get(&self) -> Answer {
        self.app.get(&self.path("")).bearer(&self.ada.token).send().await
    }

    async fn delete(&self) -> Answer {
        self.app.delete(&self.path("")).bearer(&self.ada.token).send().await
    }

    /// What Ada's trail tells of an action.
    async fn told(&self, action: &str) -> Vec<Value> {
        told(&self.app, &self.ada, action).await
    }

    /// Everything in the table that is the customer's.
    fn stored(&self) -> Vec<Value> {
        let mut items = self.app.dynamo.items_under(&format!("CUSTOMER#{}", self.customer));
        items.extend(self.app.dynamo.items_under("CUSTOMER_EMAIL#customer@example.com"));
        items.extend(self.app.dynamo.items_under(&format!("USER#{}#CUSTOMERS", self.ada.id)));
        items
    }
}

/// What the own trail tells of an action once all events are stored, oldest first.
async fn told(app: &TestApp, user: &User, action: &str) -> Vec<Value> {
    app.store_events().await;
    let answer = app.get(&format!("/v1/auth/audit?limit=100&action={action}")).bearer(&user.token).send().await;
    let mut events = answer.expect(200)["events"].as_array().unwrap().clone();
    assert_eq!(answer.body["next_cursor"], Value::Null, "more than a page");
    events.reverse();
    events
}

/// The results of an answer, also of one that is an error, as in `7 added`.
fn results(answer: &Answer) -> Vec<String> {
    let results = answer.body["results"].as_array().unwrap_or_else(|| panic!("no results: {:#}", answer.body)).iter();
    let result =
        |result: &Value| format!("{} {}", result["product_id"].as_str().unwrap(), result["result"].as_str().unwrap());
    results.map(result).collect()
}

/// The answers' statuses, and how many have each.
fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.status.as_u16()).or_default() += 1;
    }
    statuses
}

/// Changes a customer.
async fn patch(app: &TestApp, user: &User, customer: &str, body: Value) -> Answer {
    app.patch(&format!("/v1/customers/{customer}")).bearer(&user.token).json(&body).send().await
}

/// Tries to make a customer.
async fn create(app: &TestApp, user: &User, email: &str) -> Answer {
    app.post("/v1/customers").bearer(&user.token).json(&json!({"name": "Customer", "email": email})).send().await
}

/// Each customer is three items that agree, and there is none without the others. Gives the addresses.
fn assert_whole(app: &TestApp) -> BTreeSet<String> {
    let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap_or_else(|| panic!("{item:#}")).to_owned();
    let after = |text: &str, prefix: &str| text.strip_prefix(prefix).unwrap().to_owned();
    let items = app.dynamo.items();
    let of = |prefix: &str, sk: &str| -> Vec<&Value> {
        let is_one = |item: &&Value| text(item, "pk").starts_with(prefix) && text(item, "sk").starts_with(sk);
        items.iter().filter(is_one).collect()
    };
    let (mut customers, mut addresses, mut owners) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for item in of("USER#", "CUSTOMER#") {
        assert!(item["deleted_at"].is_null(), "half deleted: {item:#}");
        let owner = after(text(item, "pk").strip_suffix("#CUSTOMERS").unwrap(), "USER#");
        customers.insert((text(item, "email"), after(&text(item, "sk"), "CUSTOMER#"), owner));
    }
    for item in of("CUSTOMER_EMAIL#", "CUSTOMER") {
        let email = after(&text(item, "pk"), "CUSTOMER_EMAIL#");
        addresses.insert((email, text(item, "customer_id"), text(item, "owner_id")));
    }
    for item in of("CUSTOMER#", "OWNER") {
        owners.insert((after(&text(item, "pk"), "CUSTOMER#"), text(item, "owner_id")));
    }
    assert_eq!(customers, addresses);
    assert_eq!(customers.iter().map(|(_, id, owner)| (id.clone(), owner.clone())).collect::<BTreeSet<_>>(), owners);
    customers.into_iter().map(|(email, _, _)| email).collect()
}

/// Stores favourites directly, for speed: copies of one that was added, of products 10001 and so on.
fn seed_like(scene: &Scene, product: u32, count: u32) {
    let pk = format!("CUSTOMER#{}#FAVORITES", scene.customer);
    let items = scene.app.dynamo.items_under(&pk);
    let model = items.iter().find(|item| item["sk"]["S"] == format!("PRODUCT#{product}")).unwrap();
    for id in 10_001..=10_000 + count {
        let mut item = model.clone();
        for attribute in ["sk", "directory"] {
            item[attribute] = json!({"S": format!("PRODUCT#{id}")});
        }
        let put = json!({"TableName": TABLE, "Item": item});
        scene.app.dynamo.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
    }
}
