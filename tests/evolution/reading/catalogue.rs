use serde_json::{Value, json};

use super::{Api, ApiRequest, Reading, after, assert_shows, outside, text};
use crate::evolution::api::settle;

const SNAPSHOT: [(&str, &str); 4] =
    [("title", "title"), ("image_url", "image_url"), ("price", "price"), ("review", "review")];

impl<A: Api> Reading<'_, A> {
    /// Cached products and pages, which are less than five minutes old.
    pub(super) async fn products(&self) {
        let admin = self.admin();
        for item in self.of("product") {
            let request = ApiRequest::get(format!("/v1/products/{}", after(item, "pk", "PRODUCT#")));
            let answer = self.send_as(&admin, request).await;
            if item["absent"]["BOOL"] == false {
                assert_shows(answer.expect(200), item, &SNAPSHOT);
                assert_eq!(answer.body["as_of"], item["seen_at"]["S"], "the product was fetched again");
            }
        }
        for item in self.of("products-page") {
            let page = self.get(&admin, &format!("/v1/products?page={}", after(item, "sk", "PAGE#"))).await;
            assert_shows(&page, item, &[("as_of", "seen_at")]);
            let stored = item["products"]["L"].as_array().unwrap();
            assert_eq!(page["products"].as_array().unwrap().len(), stored.len());
            for (shown, stored) in page["products"].as_array().unwrap().iter().zip(stored) {
                assert_shows(shown, &stored["M"], &[("id", "id")]);
                assert_shows(shown, &stored["M"], &SNAPSHOT);
            }
        }
    }

    /// A completed round does not start again, and an incomplete one resumes.
    pub(super) async fn refresh_round(&self) {
        let mut tracked: Vec<&str> = self.of("held-product").iter().map(|item| after(item, "pk", "PRODUCT#")).collect();
        tracked.sort_unstable();
        for round in self.of("refresh-round") {
            self.api.app().dynamo.put(round);
            let progress = self.api.trigger("catalog-refresh", json!({})).await;
            let from = round.get("queued_up_to").map(|_| text(round, "queued_up_to"));
            let remaining = tracked.iter().filter(|product| from.is_none_or(|from| **product > from)).count();
            let is_over = round["is_over"]["BOOL"] == true;
            assert_eq!(progress["queued"], if is_over { 0 } else { remaining }, "{round:#}");
            settle(self.api).await;
        }
    }

    /// Messages of earlier releases. Each refreshes the products that it names.
    pub(super) async fn refresh_messages(&self) {
        for message in outside("refresh-message") {
            let mut message: Value = message;
            message["refresh"]["asked_at"] = shared::domain::rfc3339(self.api.now()).into();
            let records = json!({"Records": [{"messageId": "m", "body": message.to_string()}]});
            assert_eq!(self.api.trigger("catalog-worker", records).await, json!({"batchItemFailures": []}));
            for product in message["refresh"]["product_ids"].as_array().unwrap() {
                let items = self.api.app().dynamo.items_under(&format!("PRODUCT#{}", product.as_str().unwrap()));
                let cached = items.iter().find(|item| item["sk"]["S"] == "CACHED").expect("the product is not cached");
                assert!(cached["seen_at"]["S"].as_str() >= message["refresh"]["asked_at"].as_str(), "{cached:#}");
            }
        }
    }
}
