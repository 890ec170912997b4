use serde_json::{Value, json};

use super::{Api, ApiRequest, Reading, after, assert_shows, outside, text};
use crate::{evolution::api::settle, support::app::PASSWORD};

impl<A: Api> Reading<'_, A> {
    /// Profiles and sessions.
    pub(super) async fn accounts(&self) {
        for id in self.users() {
            let profile = self.under("user", &format!("USER#{id}"))[0];
            let me = self.send_as(&id, ApiRequest::get("/v1/auth/me")).await;
            if profile["disabled"]["BOOL"] == true {
                me.expect(401);
                continue;
            }
            let names = [("email", "email"), ("role", "role"), ("created_at", "created_at")];
            assert_shows(me.expect(200), profile, &names);
            let shown = self.get(&id, "/v1/auth/sessions").await["sessions"].as_array().unwrap().clone();
            let stored = self.under("session", &format!("USER#{id}"));
            assert_eq!(shown.len(), stored.len());
            let names = [
                ("created_at", "created_at"),
                ("last_used_at", "last_used_at"),
                ("ip", "ip"),
                ("user_agent", "user_agent"),
            ];
            for (shown, stored) in shown.iter().rev().zip(stored) {
                assert_eq!(shown["id"], after(stored, "sk", "SESSION#"));
                assert_shows(shown, stored, &names);
            }
        }
        let admin = self.admin();
        for profile in self.of("user") {
            let shown = self.get(&admin, &format!("/v1/admin/users/{}", after(profile, "pk", "USER#"))).await;
            assert_shows(&shown, profile, &[("email", "email"), ("role", "role"), ("disabled", "disabled")]);
            let credential = self.under("credential", &format!("EMAIL#{}", text(profile, "email")));
            assert_shows(&shown, credential[0], &[("last_login_at", "last_login_at"), ("id", "user_id")]);
        }
    }

    /// The count of administrators is one, and the last one cannot be demoted.
    pub(super) async fn administrators(&self) {
        let admin = self.admin();
        assert_eq!(self.of("administrators")[0]["count"]["N"], "1");
        let demote =
            ApiRequest::new(http::Method::PATCH, format!("/v1/admin/users/{admin}")).json(json!({"role": "user"}));
        self.send_as(&admin, demote).await.expect_problem(409, "CONFLICT");
    }

    /// Events in the trail, in the outbox and in messages, and the counters.
    pub(super) async fn trail(&self) {
        let admin = self.admin();
        let sum = |name: &str| -> i64 {
            self.of("counters").iter().filter_map(|shard| shard.get(name)?["N"].as_str()?.parse::<i64>().ok()).sum()
        };
        let stats = self.get(&admin, "/v1/admin/stats").await;
        for name in ["users", "watchlist_items", "customers", "favorites", "audit_events"] {
            assert_eq!(stats[name], sum(name), "{name}");
        }
        let all_events = self.events(&admin, "/v1/admin/audit?limit=100").await;
        for event in self.of("audit-event").iter().chain(self.of("nobodys-event")) {
            // The copy in the trail of an account that an administrator changed is not in the list
            // of all events.
            if event.get("audit_shard").is_some() {
                assert_event(&all_events, event);
            }
        }
        for id in self.users() {
            let own = self.events(&id, "/v1/auth/audit?limit=100").await;
            self.under("audit-event", &format!("AUDIT#{id}")).iter().for_each(|event| assert_event(&own, event));
        }
        settle(self.api).await;
        let all_events = self.events(&admin, "/v1/admin/audit?limit=100").await;
        for entry in self.of("outbox-entry") {
            let message: Value = serde_json::from_str(text(entry, "body")).unwrap();
            let shown =
                all_events.iter().find(|event| event["id"] == message["event"]["id"]).expect("the event is missing");
            assert_eq!(shown["action"], message["event"]["action"]);
        }
        self.audit_messages(&admin).await;
    }

    async fn audit_messages(&self, admin: &str) {
        for mut message in outside("audit-message") {
            // A new id, because some fixtures in the table are the events of these messages.
            let id = message["event"]["id"].as_str().unwrap();
            message["event"]["id"] = format!("{}ffffffff", &id[..id.len() - 8]).into();
            let records = json!({"Records": [{"messageId": "m", "body": message.to_string()}]});
            assert_eq!(self.api.trigger("audit-worker", records).await, json!({"batchItemFailures": []}));
            let all = self.events(admin, "/v1/admin/audit?limit=100").await;
            let shown = all.iter().find(|event| event["id"] == message["event"]["id"]).expect("the event is missing");
            for (name, value) in message["event"].as_object().unwrap() {
                match value {
                    Value::Object(members) => {
                        members
                            .iter()
                            .for_each(|(member, value)| assert_eq!(&shown[name][member], value, "{name} {member}"));
                    }
                    value => assert_eq!(&shown[name], value, "{name}"),
                }
            }
        }
    }

    async fn events(&self, who: &str, path: &str) -> Vec<Value> {
        let (mut events, mut next) = (Vec::new(), path.to_owned());
        loop {
            let page = self.get(who, &next).await;
            events.extend(page["events"].as_array().unwrap().clone());
            let Some(cursor) = page["next_cursor"].as_str() else { return events };
            next = format!("{path}&cursor={cursor}");
        }
    }

    /// Refresh tokens of earlier releases.
    pub(super) async fn refresh_token(&self) {
        for given in outside("refresh-token") {
            let request = ApiRequest::post("/v1/auth/refresh", json!({"refresh_token": given["token"]}));
            let next = self.api.send(request).await.expect(200)["refresh_token"].clone();
            let request = ApiRequest::post("/v1/auth/refresh", json!({"refresh_token": next}));
            self.api.send(request).await.expect(200);
        }
    }

    /// Everybody has the same password. Who was registered with a key can be again.
    pub(super) async fn sign_in(&self) {
        for credential in self.of("credential") {
            let credentials = json!({"email": after(credential, "pk", "EMAIL#"), "password": PASSWORD});
            let answer = self.api.send(ApiRequest::post("/v1/auth/login", credentials.clone())).await;
            answer.expect(if credential["disabled"]["BOOL"] == true { 401 } else { 200 });
            if let Some(key) = credential.get("request_key") {
                let again = ApiRequest::post("/v1/auth/register", credentials).key(key["S"].as_str().unwrap());
                assert_shows(self.api.send(again).await.expect(201), credential, &[("id", "user_id")]);
            }
        }
    }
}

#[track_caller]
fn assert_event(shown: &[Value], event: &Value) {
    let id = after(event, "sk", "EVENT#");
    let shown = shown.iter().find(|shown| shown["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    assert_shows(shown, event, &[("action", "action"), ("outcome", "outcome"), ("at", "at")]);
    assert_shows(&shown["target"], event, &[("type", "target_type")]);
    if shown["actor"]["id"].is_string() {
        assert_shows(&shown["actor"], event, &[("id", "actor_id")]);
    }
    let changes = event.get("changes").map(|changes| changes["M"].as_object().unwrap()).into_iter().flatten();
    for (name, value) in changes {
        assert_eq!(shown["changes"][name], super::plain(value), "{name}");
    }
}
