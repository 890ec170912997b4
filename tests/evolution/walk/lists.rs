use serde_json::{Value, json};

use super::{Api, ApiRequest, Person, Walk, patch, texts};

impl<A: Api> Walk<'_, A> {
    /// A watchlist. Five items remain.
    pub(super) async fn watchlist(&self, ada: &Person) {
        for n in 0..3 {
            let body = json!({"title": format!("Movie {n}"), "type": "movie"});
            self.send(ApiRequest::post("/v1/watchlists/items", body).bearer(&ada.token)).await.expect(201);
        }
        for n in 0..3 {
            let body = json!({"title": format!("Show {n}"), "type": "show"});
            let request = ApiRequest::post("/v1/watchlists/items", body).bearer(&ada.token);
            self.twice(request.key(&format!("show {n}"))).await;
        }
        let reused = ApiRequest::post("/v1/watchlists/items", json!({"title": "Another", "type": "show"}));
        let reused = self.send(reused.bearer(&ada.token).key("show 1")).await;
        assert_eq!(reused.field_errors(), [("Idempotency-Key", "reused")]);

        let all = ["Show 2", "Show 1", "Show 0", "Movie 2", "Movie 1", "Movie 0"];
        let listed = self.pages(ada, "/v1/watchlists?limit=2", "watchlist").await;
        assert_eq!(texts(&listed, "title"), all);
        assert_eq!(self.pages(ada, "/v1/watchlists?limit=4", "watchlist").await, listed);
        let shows = self.pages(ada, "/v1/watchlists?type=show&limit=2", "watchlist").await;
        assert_eq!(texts(&shows, "title"), all[..3]);

        self.check_cached_page(ada, &listed).await;
        self.changes(ada, &listed).await;
    }

    /// A page is the same from the cache and from the table.
    async fn check_cached_page(&self, ada: &Person, listed: &[Value]) {
        for _ in 0..6 {
            let page = self.send(ApiRequest::get("/v1/watchlists?limit=100").bearer(&ada.token)).await;
            assert_eq!(page.expect(200)["watchlist"].as_array().unwrap(), listed);
        }
    }

    async fn changes(&self, ada: &Person, listed: &[Value]) {
        let path = format!("/v1/watchlists/items/{}", listed[0]["id"].as_str().unwrap());
        let one = async || self.send(ApiRequest::get(&path).bearer(&ada.token)).await;
        for n in 1..5 {
            let before = one().await;
            assert_eq!(before.expect(200)["status"], "ok");
            let (title, item_type) = (format!("Changed {n}"), if n % 2 == 0 { "show" } else { "movie" });
            let change = patch(&path, json!({"title": title, "type": item_type})).bearer(&ada.token);
            let stale = change.clone().header("if-match", "\"99\"");
            self.send(stale).await.expect_problem(412, "PRECONDITION_FAILED");
            let after = self.send(change.header("if-match", before.header("etag"))).await;
            assert_eq!(after.expect(200)["item"]["title"], title);
            assert_eq!(
                (after.header("etag"), one().await.body),
                (format!("\"{}\"", n + 1).as_str(), after.body.clone())
            );
            let page = self.send(ApiRequest::get("/v1/watchlists?limit=100").bearer(&ada.token)).await;
            assert_eq!(
                page.expect(200)["watchlist"][0],
                after.body["item"],
                "the cached page is older than the change"
            );
            let of_type = ApiRequest::get(format!("/v1/watchlists?type={item_type}&limit=1"));
            let of_type = self.send(of_type.bearer(&ada.token)).await;
            assert_eq!(of_type.expect(200)["watchlist"][0], after.body["item"]);
        }
        let last = format!("/v1/watchlists/items/{}", listed[5]["id"].as_str().unwrap());
        self.send(ApiRequest::delete(&last).bearer(&ada.token)).await.expect(204);
        self.send(ApiRequest::get(&last).bearer(&ada.token)).await.expect_problem(404, "NOT_FOUND");
        self.send(ApiRequest::delete(&last).bearer(&ada.token)).await.expect_problem(404, "NOT_FOUND");
    }
}
