use http::Method;
use serde_json::{Value, json};

use super::{Api, ApiRequest, PASSWORD, Person, Walk};

impl<A: Api> Walk<'_, A> {
    /// Accounts and sessions. Ada has two sessions at the end.
    pub(super) async fn accounts(&self) -> Person {
        let first = self.register("ada", Some("register")).await;
        let again = self.register("ada", Some("register")).await;
        assert_eq!(again.expect(201), first.expect(201));
        assert_eq!(again.header("idempotency-replayed"), "true");
        self.register("ada", None).await.expect_problem(409, "CONFLICT");

        self.guess("ada").await;
        let mut ada = self.sign_in("ada").await;
        self.rotation(&mut ada).await;
        let laptop = self.sign_in("ada").await;
        let sessions = self.send(ApiRequest::get("/v1/auth/sessions").bearer(&laptop.token)).await;
        let sessions = sessions.expect(200)["sessions"].as_array().unwrap().clone();
        assert_eq!(sessions.len(), 2);
        assert!(sessions.iter().all(|session| session["user_agent"] == "a walk"), "{sessions:#?}");
        let of_ada = sessions.iter().find(|session| session["current"] == false).unwrap()["id"].as_str().unwrap();
        let revoke = ApiRequest::delete(format!("/v1/auth/sessions/{of_ada}"));
        self.send(revoke.bearer(&laptop.token)).await.expect(204);
        assert_eq!(self.me(&ada).await, 401, "a revoked session is still valid");
        let refresh = ApiRequest::post("/v1/auth/refresh", json!({"refresh_token": ada.refresh_token}));
        self.send(refresh).await.expect_problem(401, "UNAUTHORIZED");

        let ada = self.sign_in("ada").await;
        self.send(ApiRequest::post("/v1/auth/logout", json!({})).bearer(&laptop.token)).await.expect(204);
        assert_eq!(self.me(&laptop).await, 401);
        let ada = self.changed_password(&ada).await;
        self.replay().await;
        self.deleted_account().await;
        // An account with a counted failure remains.
        self.person("bob").await;
        self.guess("bob").await;
        ada
    }

    async fn me(&self, person: &Person) -> u16 {
        self.send(ApiRequest::get("/v1/auth/me").bearer(&person.token)).await.status.as_u16()
    }

    async fn guess(&self, name: &str) {
        let wrong = json!({"email": self.email(name), "password": "not the password"});
        self.send(ApiRequest::post("/v1/auth/login", wrong)).await.expect_problem(401, "UNAUTHORIZED");
    }

    async fn refresh(&self, token: &str) -> Value {
        let request = ApiRequest::post("/v1/auth/refresh", json!({"refresh_token": token}));
        self.send(request).await.expect(200).clone()
    }

    /// Several refreshes. The first response to each is treated as lost.
    pub(in crate::evolution) async fn rotation(&self, person: &mut Person) {
        for _ in 0..4 {
            self.refresh(&person.refresh_token).await;
            let answer = self.refresh(&person.refresh_token).await;
            answer["refresh_token"].as_str().unwrap().clone_into(&mut person.refresh_token);
            answer["access_token"].as_str().unwrap().clone_into(&mut person.token);
            assert_eq!(self.me(person).await, 200);
        }
        let sessions = self.send(ApiRequest::get("/v1/auth/sessions").bearer(&person.token)).await;
        assert_eq!(sessions.expect(200)["sessions"][0]["user_agent"], "a walk", "a refresh loses the user agent");
    }

    /// Using a token again revokes its session.
    async fn replay(&self) {
        let eve = self.person("eve").await;
        let second = self.refresh(&eve.refresh_token).await;
        self.refresh(second["refresh_token"].as_str().unwrap()).await;
        let request = ApiRequest::post("/v1/auth/refresh", json!({"refresh_token": eve.refresh_token}));
        self.send(request).await.expect_problem(401, "UNAUTHORIZED");
        assert_eq!(self.me(&eve).await, 401);
    }

    async fn changed_password(&self, person: &Person) -> Person {
        const OTHER: &str = "analytical engine 1843";
        let change = |from: &str, to: &str| {
            ApiRequest::new(Method::PUT, "/v1/auth/password")
                .json(json!({"current_password": from, "new_password": to}))
        };
        self.send(change(PASSWORD, OTHER).bearer(&person.token)).await.expect(204);
        let old = ApiRequest::post("/v1/auth/login", json!({"email": person.email, "password": PASSWORD}));
        self.send(old).await.expect_problem(401, "UNAUTHORIZED");
        let new = ApiRequest::post("/v1/auth/login", json!({"email": person.email, "password": OTHER}));
        let token = self.send(new).await.expect(200)["access_token"].as_str().unwrap().to_owned();
        self.send(change(OTHER, PASSWORD).bearer(&token)).await.expect(204);
        self.sign_in("ada").await
    }

    async fn deleted_account(&self) {
        let carol = self.person("carol").await;
        let added = ApiRequest::post("/v1/watchlists/items", json!({"title": "Gone", "type": "movie"}));
        self.send(added.bearer(&carol.token)).await.expect(201);
        let delete = ApiRequest::delete("/v1/auth/me").json(json!({"password": PASSWORD}));
        self.send(delete.bearer(&carol.token)).await.expect(204);
        assert_eq!(self.me(&carol).await, 401);
        self.guess("carol").await;
    }
}
