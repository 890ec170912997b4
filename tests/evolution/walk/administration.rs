use serde_json::json;

use super::{Api, ApiRequest, Person, Walk, patch, settle};

impl<A: Api> Walk<'_, A> {
    /// Requests of administrators. One administrator and one former administrator remain.
    pub(super) async fn administration(&self, ada: &Person) {
        for name in ["boss", "second"] {
            self.register(name, None).await.expect(201);
            let promoted = self.api.trigger("admin-bootstrap", json!({"email": self.email(name)})).await;
            assert_eq!(promoted["role"], "admin");
        }
        let (boss, second) = (self.sign_in("boss").await, self.sign_in("second").await);
        let users = self.pages(&boss, "/v1/admin/users?limit=2", "users").await;
        let shown = users.iter().find(|user| user["id"] == ada.id.as_str()).unwrap();
        assert!(shown["email"] == ada.email.as_str() && shown["last_login_at"].is_string(), "{shown}");

        let user = format!("/v1/admin/users/{}", ada.id);
        let one = async || self.send(ApiRequest::get(&user).bearer(&boss.token)).await.expect(200).clone();
        assert_eq!(&one().await, shown);
        for disabled in [true, false, true, false] {
            self.send(patch(&user, json!({"disabled": disabled})).bearer(&boss.token)).await.expect(200);
            assert_eq!(one().await["disabled"], disabled);
            let login = ApiRequest::post("/v1/auth/login", json!({"email": ada.email, "password": super::PASSWORD}));
            assert_eq!(self.send(login).await.status == 200, !disabled);
        }
        let watchlist = self.pages(&boss, &format!("{user}/watchlist?limit=2"), "watchlist").await;
        assert_eq!(watchlist.len(), 5);
        let customers = self.pages(&boss, "/v1/customers?limit=2", "customers").await;
        assert!(customers.iter().filter(|customer| customer["owner_id"] == ada.id.as_str()).count() == 3);

        let demote = patch(&format!("/v1/admin/users/{}", second.id), json!({"role": "user"}));
        self.send(demote.bearer(&boss.token)).await.expect(200);
        self.send(ApiRequest::get("/v1/admin/stats").bearer(&second.token)).await.expect_problem(401, "UNAUTHORIZED");
        let dora = self.person("dora").await;
        let delete = ApiRequest::delete(format!("/v1/admin/users/{}", dora.id));
        self.send(delete.bearer(&boss.token)).await.expect(204);
        self.send(ApiRequest::get("/v1/auth/me").bearer(&dora.token)).await.expect_problem(401, "UNAUTHORIZED");
        self.audit_trail(ada, &boss).await;
    }

    async fn audit_trail(&self, ada: &Person, boss: &Person) {
        settle(self.api).await;
        let ada = self.sign_in("ada").await.with_id(ada);
        settle(self.api).await;
        let own = self.pages(&ada, "/v1/auth/audit?limit=20", "events").await;
        assert!(own.len() > 40, "{}", own.len());
        let all = self.pages(boss, &format!("/v1/admin/audit?user_id={}&limit=15", ada.id), "events").await;
        let ids = |events: &[serde_json::Value]| events.iter().map(|event| event["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&all), ids(&own));
        let all_events = self.pages(boss, "/v1/admin/audit?limit=50", "events").await;
        assert!(all_events.len() > own.len());
        let added = self.pages(&ada, "/v1/auth/audit?action=favorite.added&limit=1", "events").await;
        assert_eq!(added.len(), 5);
    }
}

impl Person {
    fn with_id(self, same: &Self) -> Self {
        assert_eq!(self.id, same.id);
        self
    }
}
