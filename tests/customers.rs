//! `/v1/customers`

mod access;
mod create;
mod delete;
mod delete_concurrency;
mod emails;
mod favorites_add;
mod favorites_concurrency;
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
    app::{TestApp, User},
    dynamo::TABLE,
    response::TestResponse,
    scene::Scene,
};

impl Scene {
    /// Refreshes the customer's favourites.
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

    async fn get(&self) -> TestResponse {
        self.app.get(&self.path("")).bearer(&self.ada.token).send().await
    }

    async fn delete(&self) -> TestResponse {
        self.app.delete(&self.path("")).bearer(&self.ada.token).send().await
    }

    /// The events of an action in Ada's audit trail.
    async fn audit_events(&self, action: &str) -> Vec<Value> {
        audit_events(&self.app, &self.ada, action).await
    }

    /// All stored items of the customer.
    fn stored(&self) -> Vec<Value> {
        let mut items = self.app.dynamo.items_under(&format!("CUSTOMER#{}", self.customer));
        items.extend(self.app.dynamo.items_under("CUSTOMER_EMAIL#customer@example.com"));
        items.extend(self.app.dynamo.items_under(&format!("USER#{}#CUSTOMERS", self.ada.id)));
        items
    }
}

/// The events of an action in the user's own audit trail, oldest first.
async fn audit_events(app: &TestApp, user: &User, action: &str) -> Vec<Value> {
    app.store_events().await;
    let answer = app.get(&format!("/v1/auth/audit?limit=100&action={action}")).bearer(&user.token).send().await;
    let mut events = answer.expect(200)["events"].as_array().unwrap().clone();
    assert_eq!(answer.body["next_cursor"], Value::Null, "more than a page");
    events.reverse();
    events
}

/// The results of a response, including those of an error, such as `7 added`.
fn results(answer: &TestResponse) -> Vec<String> {
    let results = answer.body["results"].as_array().unwrap_or_else(|| panic!("no results: {:#}", answer.body)).iter();
    let result =
        |result: &Value| format!("{} {}", result["product_id"].as_str().unwrap(), result["result"].as_str().unwrap());
    results.map(result).collect()
}

/// The number of responses by status.
fn statuses(answers: &[TestResponse]) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.status.as_u16()).or_default() += 1;
    }
    statuses
}

/// Changes a customer.
async fn patch(app: &TestApp, user: &User, customer: &str, body: Value) -> TestResponse {
    app.patch(&format!("/v1/customers/{customer}")).bearer(&user.token).json(&body).send().await
}

/// Creates a customer.
async fn create(app: &TestApp, user: &User, email: &str) -> TestResponse {
    app.post("/v1/customers").bearer(&user.token).json(&json!({"name": "Customer", "email": email})).send().await
}

/// Asserts that each customer is stored as three consistent items. Returns the e-mail addresses.
fn assert_consistent(app: &TestApp) -> BTreeSet<String> {
    let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap_or_else(|| panic!("{item:#}")).to_owned();
    let after = |text: &str, prefix: &str| text.strip_prefix(prefix).unwrap().to_owned();
    let items = app.dynamo.items();
    let of = |prefix: &str, sk: &str| -> Vec<&Value> {
        let is_one = |item: &&Value| text(item, "pk").starts_with(prefix) && text(item, "sk").starts_with(sk);
        items.iter().filter(is_one).collect()
    };
    let (mut customers, mut addresses, mut owners) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for item in of("USER#", "CUSTOMER#") {
        assert!(item["deleted_at"].is_null(), "partly deleted: {item:#}");
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

/// Stores copies of a favourite directly in the table, for the products 10001 and up.
fn seed_copies(scene: &Scene, product: u32, count: u32) {
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
