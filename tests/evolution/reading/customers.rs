use http::Method;
use serde_json::{Value, json};

use super::{Api, ApiRequest, Reading, after, assert_shows, outside, text};

const CUSTOMER: [(&str, &str); 4] =
    [("name", "name"), ("email", "email"), ("created_at", "created_at"), ("updated_at", "updated_at")];
const SNAPSHOT: [(&str, &str); 4] =
    [("title", "title"), ("image_url", "image_url"), ("price", "price"), ("review", "review")];

impl<A: Api> Reading<'_, A> {
    pub(super) async fn watchlists(&self) {
        let names = [("title", "title"), ("type", "type"), ("created_at", "created_at"), ("updated_at", "updated_at")];
        for item in self.of("watchlist-item") {
            let owner = after(item, "pk", "USER#").strip_suffix("#WATCHLIST").unwrap();
            let id = after(item, "sk", "ITEM#");
            let one = self.send_as(owner, ApiRequest::get(format!("/v1/watchlists/items/{id}"))).await;
            assert_shows(&one.expect(200)["item"], item, &names);
            assert_eq!(one.header("etag"), format!("\"{}\"", item["version"]["N"].as_str().unwrap()));
            let path = format!("/v1/watchlists?type={}&limit=100", text(item, "type"));
            for path in ["/v1/watchlists?limit=100", &path] {
                let list = self.get(owner, path).await["watchlist"].as_array().unwrap().clone();
                assert_shows(list.iter().find(|item| item["id"] == id).expect("not listed"), item, &names);
            }
        }
    }

    pub(super) async fn customers(&self) {
        let admin = self.admin();
        for item in self.of("customer") {
            let owner = after(item, "pk", "USER#").strip_suffix("#CUSTOMERS").unwrap();
            let id = after(item, "sk", "CUSTOMER#");
            let one = self.send_as(owner, ApiRequest::get(format!("/v1/customers/{id}"))).await;
            assert_shows(one.expect(200), item, &CUSTOMER);
            assert_eq!(one.header("etag"), format!("\"{}\"", item["version"]["N"].as_str().unwrap()));
            let path = format!("/v1/customers?email={}", text(item, "email"));
            // Found by the owner item, in the index, and by the item of its e-mail address.
            assert_eq!(&self.get(&admin, &format!("/v1/customers/{id}")).await, one.expect(200));
            for path in ["/v1/customers?limit=100", &path] {
                for who in [owner, &admin] {
                    let list = self.get(who, path).await["customers"].as_array().unwrap().clone();
                    assert!(list.contains(&one.body), "{who} {path}: {list:#?}");
                }
            }
        }
        for item in self.of("customer-email") {
            let (id, owner) = (text(item, "customer_id"), text(item, "owner_id"));
            assert!(!self.under("customer", &format!("USER#{owner}#CUSTOMERS")).is_empty(), "{id}");
        }
    }

    /// An interrupted deletion can be completed.
    pub(super) async fn deleted_customers(&self) {
        for item in self.of("deleted-customer") {
            let owner = after(item, "pk", "USER#").strip_suffix("#CUSTOMERS").unwrap();
            let path = format!("/v1/customers/{}", after(item, "sk", "CUSTOMER#"));
            self.send_as(owner, ApiRequest::get(&path)).await.expect(404);
            self.send_as(owner, ApiRequest::new(Method::DELETE, &path)).await.expect(204);
            let remaining = self.api.app().dynamo.items_under(text(item, "pk"));
            assert!(
                remaining.iter().all(|other| other["sk"] != item["sk"]),
                "the marker of a deleted customer remains"
            );
        }
    }

    pub(super) async fn favorites(&self) {
        for item in self.of("favorite") {
            let (owner, customer) = self.owner_of(item, "#FAVORITES");
            let product = after(item, "sk", "PRODUCT#");
            let path = format!("/v1/customers/{customer}/favorites");
            let list = self.get(&owner, &format!("{path}?limit=100")).await["favorites"].as_array().unwrap().clone();
            let shown = list.iter().find(|shown| shown["product_id"] == product).expect("not listed");
            assert_shows(shown, &item["frozen"]["M"], &SNAPSHOT);
            assert_shows(shown, item, &[("favorited_at", "favorited_at")]);
            assert_shows(&shown["current"], &item["current"]["M"], &SNAPSHOT);
            assert_shows(&shown["current"], item, &[("refreshed_at", "refreshed_at"), ("available", "available")]);
        }
        for item in self.of("history") {
            let (owner, customer) = self.owner_of(item, "#HISTORY");
            let sk: Vec<&str> = text(item, "sk").split('#').collect();
            let path = format!("/v1/customers/{customer}/favorites/{}/history?limit=100", sk[1]);
            let states = self.get(&owner, &path).await["snapshots"].as_array().unwrap().clone();
            let shown = states.iter().find(|state| state["at"] == sk[4]).expect("not in the history");
            assert_shows(shown, item, &SNAPSHOT);
            assert_shows(shown, item, &[("available", "available")]);
        }
    }

    /// Returns the owner and the customer that an item belongs to.
    fn owner_of(&self, item: &Value, suffix: &str) -> (String, String) {
        let customer = after(item, "pk", "CUSTOMER#").strip_suffix(suffix).unwrap().to_owned();
        let owner = self.under("customer-owner", &format!("CUSTOMER#{customer}"));
        (text(owner[0], "owner_id").to_owned(), customer)
    }

    /// Cursors of earlier releases lead to the same entries.
    pub(super) async fn cursors(&self) {
        let user = outside("refresh-token")[0]["user"].as_str().unwrap().to_owned();
        for cursor in outside("cursor") {
            let (path, entries) = (cursor["next"].as_str().unwrap(), cursor["entries"].as_str().unwrap());
            let page = self.get(&user, path).await;
            let ["watchlist" | "customers" | "favorites" | "snapshots"] = [entries] else { panic!("{entries}") };
            for name in ["id", "product_id", "title", "name"] {
                assert_eq!(page[entries][0][name], cursor["first"][name], "{path}: {}", json!(page));
            }
        }
    }
}
