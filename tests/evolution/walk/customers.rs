use http::Method;
use serde_json::{Value, json};

use super::{Api, ApiRequest, Person, Walk, patch, texts};

impl<A: Api> Walk<'_, A> {
    /// Customers. Three remain; the first of them is returned.
    pub(super) async fn customers(&self, ada: &Person) -> Value {
        let mut created = Vec::new();
        for n in 0..4 {
            let body = json!({"name": format!("Customer {n}"), "email": self.email(&format!("customer{n}"))});
            let request = ApiRequest::post("/v1/customers", body).bearer(&ada.token);
            created.push(self.twice(request.key(&format!("customer {n}"))).await);
        }
        let taken = json!({"name": "Other", "email": self.email("customer1")});
        self.send(ApiRequest::post("/v1/customers", taken).bearer(&ada.token)).await.expect_problem(409, "CONFLICT");
        let listed = self.pages(ada, "/v1/customers?limit=2", "customers").await;
        created.reverse();
        assert_eq!(listed, created);

        let path = format!("/v1/customers/{}", created[3]["id"].as_str().unwrap());
        let one = async || self.send(ApiRequest::get(&path).bearer(&ada.token)).await;
        for n in 1..5 {
            let before = one().await;
            before.expect(200);
            let (name, email) = (format!("Changed {n}"), self.email(&format!("changed{n}")));
            let change = match n % 2 {
                0 => patch(&path, json!({"email": email})),
                _ => ApiRequest::new(Method::PUT, &path).json(json!({"name": name, "email": email})),
            };
            let after = self.send(change.bearer(&ada.token).header("if-match", before.header("etag"))).await;
            assert_eq!(after.expect(200)["email"], email);
            assert_eq!(one().await.body, after.body);
            let found = ApiRequest::get(format!("/v1/customers?email={email}")).bearer(&ada.token);
            assert_eq!(self.send(found).await.expect(200)["customers"][0], after.body);
            // The previous e-mail address is available again.
            let body = json!({"name": "Next", "email": before.body["email"]});
            let next = self.send(ApiRequest::post("/v1/customers", body).bearer(&ada.token)).await;
            let next = format!("/v1/customers/{}", next.expect(201)["id"].as_str().unwrap());
            self.send(ApiRequest::delete(&next).bearer(&ada.token)).await.expect(204);
            self.send(ApiRequest::get(&next).bearer(&ada.token)).await.expect_problem(404, "NOT_FOUND");
        }
        let gone = format!("/v1/customers/{}", created[0]["id"].as_str().unwrap());
        self.send(ApiRequest::delete(&gone).bearer(&ada.token)).await.expect(204);
        self.send(ApiRequest::get(&gone).bearer(&ada.token)).await.expect_problem(404, "NOT_FOUND");
        let listed = self.pages(ada, "/v1/customers?limit=1", "customers").await;
        assert_eq!(texts(&listed, "name"), ["Customer 2", "Customer 1", "Changed 3"]);
        listed[2].clone()
    }
}
