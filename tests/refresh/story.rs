//! What a message has to do in all its kinds: a product that costs something else, one that is gone, one that is the same and
//! was not confirmed for long, and one that nobody holds any more. Each story has products and customers of its own, so that
//! many fit into one table.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::{
    domain::{
        Customer, CustomerId, CustomerName, Email, EventId, Favorite, FavoriteId, OwnedCustomer, Price, Product, ProductId, Snapshot,
        UserId, Version, rfc3339,
    },
    random::Random,
    store::{CustomerCreation, Customers, Favorites, FavoriteAddition, OutboxEntry, Products},
};

use super::{batch, id, request, state};
use crate::support::{app::TestApp, dynamo::TABLE, shop::Shop};

pub(super) struct Story {
    dearer: u32,
    gone: u32,
    same: u32,
    left: u32,
    customers: [CustomerId; 2],
    /// What happens in it.
    pub(super) event: Value,
}

impl Story {
    /// As things stand before the message is read. The catalogue has changed already.
    pub(super) async fn new(app: &TestApp, shop: &Shop, number: u32, now: Timestamp) -> Self {
        let first = 1_000_000 + 10 * number;
        let [dearer, gone, same, left] = [first, first + 1, first + 2, first + 3];
        let before = now - SignedDuration::from_hours(2);
        let customers = [(); 2].map(|()| CustomerId::new(before, &Random::system()));
        for (customer, products) in customers.iter().zip([vec![dearer, gone], vec![dearer, same]]) {
            add(app, *customer, &products, before).await;
        }
        let all = [dearer, gone, same, left];
        Products::new(app.dynamo.table()).track(&all.map(id), before).await.unwrap();
        shop.set_price(dearer, "12.50");
        shop.set_price(same, "10");
        shop.set_price(left, "10");
        let event = batch(&[("m", request(&rfc3339(now), &all))]);
        Self { dearer, gone, same, left, customers, event }
    }

    /// Everything that the table has of it, in words that are the same for each story.
    pub(super) fn state(&self, app: &TestApp) -> Vec<Value> {
        let products = [(self.dearer, "DEARER"), (self.gone, "GONE"), (self.same, "SAME"), (self.left, "LEFT")];
        let customers = self.customers.iter().zip(["ADA", "BOB"]);
        let names = products.iter().map(|(product, name)| (product.to_string(), *name));
        let names: Vec<(String, &str)> = names.chain(customers.map(|(id, name)| (id.to_string(), name))).collect();
        let is_of_it = |item: &Value| names.iter().any(|(id, _)| item["pk"]["S"].as_str().unwrap().contains(id));
        state::without_instants(state::items(app).into_iter().filter(is_of_it).collect(), &names)
    }
}

/// Makes a customer, and products favourites of it as they were then.
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
    let favorite = |product: &u32| Favorite::new(FavoriteId::new(at, &Random::system()), as_it_was(*product), at);
    let favorites: Vec<_> = products.iter().map(favorite).collect();
    let told = |_: &[&Favorite]| OutboxEntry { id: EventId::new(at, &Random::system()), body: "nothing".to_owned() };
    let store = Favorites::new(app.dynamo.table());
    let added = store.add(OwnedCustomer { owner, id }, &favorites, None, &told, &|_| Vec::new()).await.unwrap();
    assert!(matches!(added, FavoriteAddition::Added { existing } if existing.is_empty()));
}

fn as_it_was(product: u32) -> Product {
    let snapshot = Snapshot {
        title: format!("Product {product}"),
        image_url: Some(format!("https://img.example.com/{product}.png")),
        price: Price::parse("10").unwrap(),
        review: Some("good".to_owned()),
    };
    Product { id: ProductId::parse(&product.to_string()).unwrap(), snapshot }
}

/// The state is what a run must end in that nothing happens to.
pub(super) fn assert_good(state: &[Value]) {
    let find = |pk: &str, sk: &str| {
        let found: Vec<_> = state.iter().filter(|item| item["pk"]["S"] == pk && item["sk"]["S"] == sk).collect();
        assert_eq!(found.len(), 1, "{pk} {sk}: {state:#?}");
        found[0].clone()
    };
    for customer in ["ADA", "BOB"] {
        let favorite = find(&format!("CUSTOMER#{customer}#FAVORITES"), "PRODUCT#DEARER");
        assert_eq!(favorite["current"]["M"]["price"]["S"], "12.50");
        assert_eq!(favorite["frozen"]["M"]["price"]["S"], "10.00");
        let past = find(&format!("CUSTOMER#{customer}#HISTORY"), "PRODUCT#DEARER#SOME#AT#SOME");
        assert_eq!((past["price"]["S"].as_str(), past["available"]["BOOL"].as_bool()), (Some("12.50"), Some(true)));
    }
    assert_eq!(find("CUSTOMER#ADA#FAVORITES", "PRODUCT#GONE")["available"]["BOOL"], false);
    assert_eq!(find("CUSTOMER#ADA#HISTORY", "PRODUCT#GONE#SOME#AT#SOME")["available"]["BOOL"], false);
    assert_eq!(find("CUSTOMER#BOB#FAVORITES", "PRODUCT#SAME")["available"]["BOOL"], true);
    for product in ["DEARER", "GONE", "SAME"] {
        find(&format!("PRODUCT#{product}"), "HELD");
    }
    for product in ["DEARER", "GONE", "SAME", "LEFT"] {
        find(&format!("PRODUCT#{product}"), "CACHED");
    }
    // Whose the two customers are, four favourites, three states that they came to, three marks, four products: no mark of the
    // one that is left.
    assert_eq!(state.len(), 16, "{state:#?}");
}
