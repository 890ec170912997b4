use serde_json::{Value, json};

use super::{Api, Asked, Reading, after, assert_shows, text};
use crate::support::answer::Answer;

impl<A: Api> Reading<'_, A> {
    /// Requests that were answered long ago get the same answer.
    pub(super) async fn kept_answers(&self) {
        for kept in self.of("kept-item") {
            let body = json!({"title": text(kept, "title"), "type": text(kept, "type")});
            let again = self.again(kept, "/v1/watchlists/items".to_owned(), body).await;
            let names = [("id", "item_id"), ("title", "title"), ("type", "type"), ("created_at", "created_at")];
            assert_shows(&again.expect(201)["item"], kept, &names);
        }
        for kept in self.of("kept-customer") {
            let body = json!({"name": text(kept, "name"), "email": text(kept, "email")});
            let again = self.again(kept, "/v1/customers".to_owned(), body).await;
            assert_shows(
                again.expect(201),
                kept,
                &[("id", "customer_id"), ("name", "name"), ("created_at", "created_at")],
            );
        }
        for kept in self.of("kept-favorites") {
            let results: Vec<Vec<&str>> = kept["results"]["L"].as_array().unwrap().iter().map(words).collect();
            let body = json!({"product_ids": results.iter().map(|result| result[0]).collect::<Vec<_>>()});
            let favorites = self.of("favorite").iter();
            let favorite =
                favorites.into_iter().find(|it| Some(&text(it, "favorite_id")) == results[0].get(2)).unwrap();
            let customer = after(favorite, "pk", "CUSTOMER#").strip_suffix("#FAVORITES").unwrap();
            let again = self.again(kept, format!("/v1/customers/{customer}/favorites"), body).await;
            for (shown, result) in again.expect(201)["results"].as_array().unwrap().iter().zip(&results) {
                assert_eq!([&shown["product_id"], &shown["result"]], [result[0], result[1]]);
                assert_eq!(shown["favorite"].is_object(), result.len() == 3, "{shown}");
            }
        }
    }

    async fn again(&self, kept: &Value, path: String, body: Value) -> Answer {
        let user = after(kept, "pk", "USER#").strip_suffix("#REQUESTS").unwrap();
        let answer = self.ask(user, Asked::post(path, body).key(after(kept, "sk", "KEY#"))).await;
        assert_eq!(answer.header("idempotency-replayed"), "true", "{:#}", answer.body);
        answer
    }
}

fn words(result: &Value) -> Vec<&str> {
    result["L"].as_array().unwrap().iter().map(|word| word["S"].as_str().unwrap()).collect()
}
