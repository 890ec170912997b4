//! A refresh message with every kind of product: one with a new price, one that the catalogue
//! removed, one that is unchanged and was not confirmed for more than an hour, and one without
//! favourites. Each case has its own products and customers, so that many cases fit into one table.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::{
    domain::{
        Customer, CustomerId, CustomerName, Email, EventId, Favorite, FavoriteId, OwnedCustomer, Price, Product,
        ProductId, Snapshot, UserId, Version, rfc3339,
    },
    random::Random,
    store::{CustomerCreation, Customers, FavoriteAddition, Favorites, OutboxEntry, Products},
};

use super::{id, request, sqs_event, state};
use crate::support::{app::TestApp, dynamo::TABLE, fake_catalog::FakeCatalog};

pub(super) struct RefreshCase {
    repriced: u32,
    removed: u32,
    unchanged: u32,
    orphaned: u32,
    customers: [CustomerId; 2],
    /// The SQS event.
    pub(super) event: Value,
}

impl RefreshCase {
    /// The state before the message is processed. The catalogue has changed already.
    pub(super) async fn new(app: &TestApp, catalog: &FakeCatalog, number: u32, now: Timestamp) -> Self {
        let first = 1_000_000 + 10 * number;
        let [repriced, removed, unchanged, orphaned] = [first, first + 1, first + 2, first + 3];
        let before = now - SignedDuration::from_hours(2);
        let customers = [(); 2].map(|()| CustomerId::new(before, &Random::system()));
        for (customer, products) in customers.iter().zip([vec![repriced, removed], vec![repriced, unchanged]]) {
            add(app, *customer, &products, before).await;
        }
        let all = [repriced, removed, unchanged, orphaned];
        Products::new(app.dynamo.table()).track(&all.map(id), before).await.unwrap();
        catalog.set_price(repriced, "12.50");
        catalog.set_price(unchanged, "10");
        catalog.set_price(orphaned, "10");
        let event = sqs_event(&[("m", request(&rfc3339(now), &all))]);
        Self { repriced, removed, unchanged, orphaned, customers, event }
    }

    /// The stored items of this case, normalized so that they are equal for all cases.
    pub(super) fn state(&self, app: &TestApp) -> Vec<Value> {
        let products = [
            (self.repriced, "REPRICED"),
            (self.removed, "REMOVED"),
            (self.unchanged, "UNCHANGED"),
            (self.orphaned, "ORPHANED"),
        ];
        let customers = self.customers.iter().zip(["ADA", "BOB"]);
        let names = products.iter().map(|(product, name)| (product.to_string(), *name));
        let names: Vec<(String, &str)> = names.chain(customers.map(|(id, name)| (id.to_string(), name))).collect();
        let belongs_to_case = |item: &Value| names.iter().any(|(id, _)| item["pk"]["S"].as_str().unwrap().contains(id));
        state::normalized(state::items(app).into_iter().filter(belongs_to_case).collect(), &names)
    }
}

/// Stores a customer with these products as favourites.
async fn add(app: &TestApp, id: CustomerId, products: &[u32], at: Timestamp) {
    let owner = UserId::parse("0190a0a0-0000-7000-8000-000000000000").unwrap();
    let (name, email) = (CustomerName::parse("Customer").unwrap(), Email::parse(&format!("{id}@example.com")).unwrap());
    let version = Version::FIRST;
    let account = json!({"pk": {"S": format!("USER#{owner}")}, "sk": {"S": "PROFILE"}, "disabled": {"BOOL": false}});
    let put = json!({"TableName": TABLE, "Item": account});
    app.dynamo.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
    let customer = Customer { id, owner, name, email, created_at: at, updated_at: at, version };
    let entry = OutboxEntry { id: EventId::new(at, &Random::system()), body: "nothing".to_owned() };
    let created = Customers::new(app.dynamo.table()).create(&customer, None, &entry).await.unwrap();
    assert_eq!(created, CustomerCreation::Created);
    let favorite = |product: &u32| Favorite::new(FavoriteId::new(at, &Random::system()), original(*product), at);
    let favorites: Vec<_> = products.iter().map(favorite).collect();
    let audit_entry =
        |_: &[&Favorite]| OutboxEntry { id: EventId::new(at, &Random::system()), body: "nothing".to_owned() };
    let store = Favorites::new(app.dynamo.table());
    let added = store.add(OwnedCustomer { owner, id }, &favorites, None, &audit_entry, &|_| Vec::new()).await.unwrap();
    assert!(matches!(added, FavoriteAddition::Added { existing } if existing.is_empty()));
}

fn original(product: u32) -> Product {
    let snapshot = Snapshot {
        title: format!("Product {product}"),
        image_url: Some(format!("https://img.example.com/{product}.png")),
        price: Price::parse("10").unwrap(),
        review: Some("good".to_owned()),
    };
    Product { id: ProductId::parse(&product.to_string()).unwrap(), snapshot }
}

/// Asserts the state after an undisturbed run.
pub(super) fn assert_complete(state: &[Value]) {
    let find = |pk: &str, sk: &str| {
        let found: Vec<_> = state.iter().filter(|item| item["pk"]["S"] == pk && item["sk"]["S"] == sk).collect();
        assert_eq!(found.len(), 1, "{pk} {sk}: {state:#?}");
        found[0].clone()
    };
    for customer in ["ADA", "BOB"] {
        let favorite = find(&format!("CUSTOMER#{customer}#FAVORITES"), "PRODUCT#REPRICED");
        assert_eq!(favorite["current"]["M"]["price"]["S"], "12.50");
        assert_eq!(favorite["frozen"]["M"]["price"]["S"], "10.00");
        let past = find(&format!("CUSTOMER#{customer}#HISTORY"), "PRODUCT#REPRICED#SOME#AT#SOME");
        assert_eq!((past["price"]["S"].as_str(), past["available"]["BOOL"].as_bool()), (Some("12.50"), Some(true)));
    }
    assert_eq!(find("CUSTOMER#ADA#FAVORITES", "PRODUCT#REMOVED")["available"]["BOOL"], false);
    assert_eq!(find("CUSTOMER#ADA#HISTORY", "PRODUCT#REMOVED#SOME#AT#SOME")["available"]["BOOL"], false);
    assert_eq!(find("CUSTOMER#BOB#FAVORITES", "PRODUCT#UNCHANGED")["available"]["BOOL"], true);
    for product in ["REPRICED", "REMOVED", "UNCHANGED"] {
        find(&format!("PRODUCT#{product}"), "HELD");
    }
    for product in ["REPRICED", "REMOVED", "UNCHANGED", "ORPHANED"] {
        find(&format!("PRODUCT#{product}"), "CACHED");
    }
    // Two owners, four favourites, three history entries, three tracked products and four cached
    // products. The product without favourites is not tracked any more.
    assert_eq!(state.len(), 16, "{state:#?}");
}
