//! Short scenarios for the routes that no other scenario covers.

use http::Method;
use serde_json::{Value, json};
use shared::http::route::Caller;

use super::{
    Target,
    client::Client,
    favorites::poll_until,
    scenarios::{PASSWORD, account_of, sign_in, sign_up},
};
use crate::support::example::ExampleRequest;

pub(super) async fn customers(client: &Client) {
    let owner = sign_up(client, &client.email("owner")).await;
    let token = Some(owner.access_token.as_str());
    let made = client.post("/v1/customers", token, json!({"name": "Lin", "email": client.email("lin")})).await;
    let path = format!("/v1/customers/{}", made.expect(201)["id"].as_str().unwrap());
    let again = client.post("/v1/customers", token, json!({"name": "Lin", "email": client.email("LIN")})).await;
    again.expect_problem(409, "CONFLICT");
    let whole = json!({"name": "Linda", "email": client.email("linda")});
    let put = client.send(Method::PUT, &path, token, Some(whole)).await;
    assert_eq!(put.expect(200)["email"], client.email("linda"));
    let patched = client.send(Method::PATCH, &path, token, Some(json!({"name": "Linda L."}))).await;
    assert_eq!(client.get(&path, token).await.expect(200), patched.expect(200));
    let listed = client.get("/v1/customers?limit=10", token).await;
    assert_eq!(listed.expect(200)["customers"].as_array().unwrap().len(), 1);
    // The customer's previous e-mail address can be used again.
    client.post("/v1/customers", token, json!({"name": "Lin", "email": client.email("lin")})).await.expect(201);
    client.send(Method::DELETE, &path, token, None).await.expect(204);
    client.get(&path, token).await.expect_problem(404, "NOT_FOUND");
}

pub(super) async fn sessions(client: &Client) {
    let phone = sign_up(client, &client.email("devices")).await;
    let laptop = sign_in(client, &client.email("devices")).await;
    let token = Some(phone.access_token.as_str());
    let response = client.get("/v1/auth/sessions", token).await;
    let sessions = response.expect(200)["sessions"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/v1/auth/sessions/{}", other["id"].as_str().unwrap());
    client.send(Method::DELETE, &path, token, None).await.expect(204);
    client.get("/v1/auth/me", Some(&laptop.access_token)).await.expect_problem(401, "UNAUTHORIZED");
    client.get("/v1/auth/me", token).await.expect(200);
    assert_eq!(client.get("/.well-known/jwks.json", None).await.expect(200)["keys"].as_array().unwrap().len(), 1);
    let document = client.get("/openapi.json", None).await;
    assert_eq!(document.expect(200)["openapi"], "3.1.0");
    let docs = client.get("/docs", None).await;
    let page = docs.expect(200).as_str().unwrap();
    let asset = page.split('"').find(|part| part.starts_with("/assets/")).unwrap();
    client.get(asset, None).await.expect(200);
}

/// An administrator views, disables and deletes an account, and reads the audit trail.
pub(super) async fn administration(target: &impl Target) {
    let client = target.client();
    let user = sign_up(client, &client.email("user")).await;
    let token = Some(user.access_token.as_str());
    let item = json!({"title": "Solaris", "type": "movie"});
    client.post("/v1/watchlists/items", token, item).await.expect(201);
    sign_up(client, &client.email("chief")).await;
    target.make_admin(&client.email("chief")).await;
    let chief = sign_in(client, &client.email("chief")).await;
    let path = account_of(client, &chief.access_token, &user.email).await;
    let chief = Some(chief.access_token.as_str());
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(client.get(&path, chief).await.expect(200)["email"], user.email);
    let list = client.get(&format!("{path}/watchlist"), chief).await;
    assert_eq!(list.expect(200)["watchlist"][0]["title"], "Solaris");

    // Shortly after, each action of the user is in the trail once, for the user and for
    // administrators.
    let expected = ["watchlist.item_added", "auth.logged_in", "auth.registered"];
    let own = async || client.get("/v1/auth/audit?limit=100", token).await;
    poll_until("the user's audit trail", own, |body| actions(body) == expected).await;
    let query = format!("/v1/admin/audit?limit=100&user_id={id}");
    let all = async || client.get(&query, chief).await;
    poll_until("the administrators' audit trail", all, |body| actions(body) == expected).await;
    let users = async || client.get("/v1/admin/stats", chief).await;
    poll_until("the counters", users, |body| body["users"].as_u64().is_some_and(|users| users >= 2)).await;

    client.send(Method::PATCH, &path, chief, Some(json!({"disabled": true}))).await.expect(200);
    client.get("/v1/auth/me", token).await.expect_problem(401, "UNAUTHORIZED");
    client.send(Method::DELETE, &path, chief, None).await.expect(204);
    client.get(&path, chief).await.expect_problem(404, "NOT_FOUND");
    let gone = json!({"email": user.email, "password": PASSWORD});
    client.post("/v1/auth/login", None, gone).await.expect_problem(401, "UNAUTHORIZED");
}

/// Sends the example event of each route that no other scenario covers.
pub(super) async fn examples(target: &impl Target) {
    let client = target.client();
    let routes = client.remaining_routes();
    if routes.is_empty() {
        return;
    }
    let user = sign_up(client, &client.email("example")).await;
    sign_up(client, &client.email("example-admin")).await;
    target.make_admin(&client.email("example-admin")).await;
    let admin = sign_in(client, &client.email("example-admin")).await;
    for route in routes {
        let Some(ExampleRequest { method, path, body }) = ExampleRequest::of(route) else { continue };
        let token = match route.caller {
            Caller::Anyone => None,
            Caller::User => Some(user.access_token.as_str()),
            Caller::Admin => Some(admin.access_token.as_str()),
        };
        client.send(method, &path, token, body).await;
    }
}

/// The user's actions. The trail also contains administrators who viewed the account.
fn actions(body: &Value) -> Vec<&str> {
    let events = body["events"].as_array().unwrap().iter();
    events.map(|event| event["action"].as_str().unwrap()).filter(|action| !action.starts_with("admin.")).collect()
}
