use serde_json::{Value, json};

use super::{Api, ApiRequest, Reading, after, assert_shows, text};
use crate::support::response::TestResponse;

impl<A: Api> Reading<'_, A> {
    /// Replayed requests of earlier releases return the same response.
    pub(super) async fn idempotency_records(&self) {
        for record in self.of("kept-item") {
            let body = json!({"title": text(record, "title"), "type": text(record, "type")});
            let again = self.replay(record, "/v1/watchlists/items".to_owned(), body).await;
            let names = [("id", "item_id"), ("title", "title"), ("type", "type"), ("created_at", "created_at")];
            assert_shows(&again.expect(201)["item"], record, &names);
        }
        for record in self.of("kept-customer") {
            let body = json!({"name": text(record, "name"), "email": text(record, "email")});
            let again = self.replay(record, "/v1/customers".to_owned(), body).await;
            assert_shows(
                again.expect(201),
                record,
                &[("id", "customer_id"), ("name", "name"), ("created_at", "created_at")],
            );
        }
        for record in self.of("kept-favorites") {
            let results: Vec<Vec<&str>> = record["results"]["L"].as_array().unwrap().iter().map(words).collect();
            let body = json!({"product_ids": results.iter().map(|result| result[0]).collect::<Vec<_>>()});
            let favorites = self.of("favorite").iter();
            let favorite =
                favorites.into_iter().find(|it| Some(&text(it, "favorite_id")) == results[0].get(2)).unwrap();
            let customer = after(favorite, "pk", "CUSTOMER#").strip_suffix("#FAVORITES").unwrap();
            let again = self.replay(record, format!("/v1/customers/{customer}/favorites"), body).await;
            for (shown, result) in again.expect(201)["results"].as_array().unwrap().iter().zip(&results) {
                assert_eq!([&shown["product_id"], &shown["result"]], [result[0], result[1]]);
                assert_eq!(shown["favorite"].is_object(), result.len() == 3, "{shown}");
            }
        }
    }

    async fn replay(&self, record: &Value, path: String, body: Value) -> TestResponse {
        let user = after(record, "pk", "USER#").strip_suffix("#REQUESTS").unwrap();
        let answer = self.send_as(user, ApiRequest::post(path, body).key(after(record, "sk", "KEY#"))).await;
        assert_eq!(answer.header("idempotency-replayed"), "true", "{:#}", answer.body);
        answer
    }
}

fn words(result: &Value) -> Vec<&str> {
    result["L"].as_array().unwrap().iter().map(|word| word["S"].as_str().unwrap()).collect()
}
