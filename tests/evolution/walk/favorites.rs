use serde_json::{Value, json};

use super::{Api, ApiRequest, Person, Walk, settle, texts};

/// The number of products that a walk uses.
const PRODUCTS: usize = 6;

impl<A: Api> Walk<'_, A> {
    /// Favourites of a customer, through changes of the catalogue. Returns the messages that were
    /// sent.
    pub(super) async fn favorites(&self, ada: &Person, customer: &Value) -> Vec<Value> {
        let path = format!("/v1/customers/{}/favorites", customer["id"].as_str().unwrap());
        let page = self.send(ApiRequest::get("/v1/products").bearer(&ada.token)).await;
        let products = page.expect(200)["products"].as_array().unwrap().clone();
        let again = self.send(ApiRequest::get("/v1/products").bearer(&ada.token)).await;
        assert_eq!(again.expect(200), page.expect(200), "the cached page differs");
        let ids: Vec<String> = texts(&products, "id").into_iter().take(PRODUCTS).collect();
        self.send(ApiRequest::get("/v1/products/999999").bearer(&ada.token)).await.expect_problem(404, "NOT_FOUND");
        self.send(ApiRequest::get("/v1/products/999999").bearer(&ada.token)).await.expect_problem(404, "NOT_FOUND");

        let request = ApiRequest::post(&path, json!({"product_ids": [ids[0], ids[1], ids[0], "999999"]}));
        let first = self.twice(request.bearer(&ada.token).key("favorites")).await;
        assert_eq!(texts(first["results"].as_array().unwrap(), "result"), ["added", "added", "duplicate", "not_found"]);
        for id in &ids[2..] {
            let added = self.send(ApiRequest::post(&path, json!({"product_ids": id})).bearer(&ada.token)).await;
            assert_eq!(added.expect(201)["results"][0]["result"], "added");
        }
        let before = self.pages(ada, &format!("{path}?limit=2"), "favorites").await;
        assert_eq!(before.len(), PRODUCTS);

        let mut messages = Vec::new();
        for (n, price) in ["12.50", "13.75", "14.25"].into_iter().enumerate() {
            let id: u32 = ids[0].parse().unwrap();
            self.catalog.set_product(id, "Another title", price, (n != 1).then_some("better"));
            messages.extend(self.refresh_favorites(ada, &path, n).await);
            let after = self.pages(ada, &format!("{path}?limit=2"), "favorites").await;
            assert_eq!((&after[0]["current"]["price"], &after[0]["price"]), (&json!(price), &before[0]["price"]));
            let product = self.send(ApiRequest::get(format!("/v1/products/{id}")).bearer(&ada.token)).await;
            assert_eq!(product.expect(200)["price"], price);
        }
        let history = format!("{path}/{}/history?limit=1", ids[0]);
        let states = self.pages(ada, &history, "snapshots").await;
        let first = before[0]["price"].as_str().unwrap();
        assert_eq!(texts(&states, "price"), [first, "12.50", "13.75", "14.25"]);

        let removed = ApiRequest::delete(format!("{path}/{}", ids[PRODUCTS - 1]));
        self.send(removed.clone().bearer(&ada.token)).await.expect(204);
        self.send(removed.bearer(&ada.token)).await.expect_problem(404, "NOT_FOUND");
        // Other walks use the same catalogue.
        self.catalog.set_price(ids[0].parse().unwrap(), "10.00");
        messages.extend(self.refresh_favorites(ada, &path, 3).await);
        messages
    }

    /// Refreshes the favourites: on demand the first time, because that is rate limited, then in a
    /// round.
    async fn refresh_favorites(&self, ada: &Person, path: &str, n: usize) -> Vec<Value> {
        if n == 0 {
            let request = ApiRequest::post(format!("{path}/refresh"), json!({})).bearer(&ada.token);
            assert_eq!(self.send(request).await.expect(202), &json!({"queued": PRODUCTS}));
        } else {
            let progress = self.api.trigger("catalog-refresh", json!({"begin": true})).await;
            assert_eq!(progress["has_more"], false);
            let next = self.api.trigger("catalog-refresh", json!({})).await;
            assert_eq!(next["queued"], 0, "a round that has begun is begun again");
        }
        settle(self.api).await
    }
}
