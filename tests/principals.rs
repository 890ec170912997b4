//! Every route with every kind of caller: each route allows the callers that its manifest names.

use functions::ROUTES;
use http::Method;
use serde_json::{Value, json};
use shared::http::route::Caller;

use crate::support::{
    app::{PASSWORD, TestApp, User},
    request::with_unknown_ids,
};

/// A kind of caller.
struct Principal {
    name: &'static str,
    authorization: Option<String>,
    access: Access,
}

/// The access that a caller's credentials give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    None,
    User,
    Admin,
}

fn principal(name: &'static str, token: &str, access: Access) -> Principal {
    Principal { name, authorization: Some(format!("Bearer {token}")), access }
}

/// Returns an app and a caller of each kind.
async fn principals() -> (TestApp, Vec<Principal>) {
    let app = TestApp::new().await;
    let (admin, user) = (app.admin().await, app.user("user@example.com").await);
    let (demoted, disabled) = (app.second_admin().await, app.user("disabled@example.com").await);
    let revoked = app.user("revoked@example.com").await;
    let change = |user: &User, body: Value| {
        app.patch(&format!("/v1/admin/users/{}", user.id)).bearer(&admin.token).json(&body).send()
    };
    change(&demoted, json!({"role": "user"})).await.expect(200);
    change(&disabled, json!({"disabled": true})).await.expect(200);
    app.post("/v1/auth/logout").bearer(&revoked.token).send().await.expect(204);
    // Signed in again, with a token that still has the role `admin`.
    let again = app.login("second@example.com", PASSWORD).await;
    let again = User { id: demoted.id.clone(), token: again.expect(200)["access_token"].as_str().unwrap().to_owned() };
    let invalid = |what: &str| app.invalid_token(&user, what);
    let mut all = vec![
        Principal { name: "anonymous", authorization: None, access: Access::None },
        Principal { name: "malformed", authorization: Some("Bearer".into()), access: Access::None },
        principal("nonsense", "a.b.c", Access::None),
        principal("user", &user.token, Access::User),
        principal("administrator", &admin.token, Access::Admin),
        principal("demoted administrator, old token", &demoted.token, Access::None),
        principal("demoted administrator, token of an administrator", &app.sign_token(&again, "admin"), Access::User),
        principal("disabled user", &disabled.token, Access::None),
        principal("revoked session", &revoked.token, Access::None),
    ];
    for what in ["typ", "kid", "alg", "iss", "aud", "exp", "key"] {
        all.push(Principal { name: "invalid token", ..principal(what, &invalid(what), Access::None) });
    }
    (app, all)
}

#[tokio::test]
async fn every_route_applies_its_policy_to_every_kind_of_caller() {
    // Bodies are invalid and ids unknown, so no call ends the caller's session or deletes the account.
    let (app, principals) = principals().await;
    for route in ROUTES {
        for principal in &principals {
            let call = app.call(route.method.clone(), &with_unknown_ids(route.path));
            let call = match &principal.authorization {
                Some(authorization) => call.header(http::header::AUTHORIZATION, authorization),
                None => call,
            };
            let has_body = [Method::POST, Method::PUT, Method::PATCH].contains(&route.method);
            let call = if has_body { call.json(&json!({"unknown": 1})) } else { call };
            let status = call.send().await.status.as_u16();
            let (name, function) = (principal.name, route.function);
            match route.caller {
                Caller::Anyone => assert!(![401, 403].contains(&status), "{function} as {name}: {status}"),
                Caller::User if principal.access != Access::None => {
                    assert!(![401, 403].contains(&status), "{function} as {name}: {status}");
                }
                Caller::Admin if principal.access == Access::Admin => {
                    assert!(![401, 403].contains(&status), "{function} as {name}: {status}");
                }
                Caller::Admin if principal.access == Access::User => assert_eq!(status, 403, "{function} as {name}"),
                Caller::User | Caller::Admin => assert_eq!(status, 401, "{function} as {name}"),
            }
        }
    }
}
