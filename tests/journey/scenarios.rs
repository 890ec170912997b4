//! The scenarios of the client journey.

use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};

use super::client::Client;
use crate::support::response::TestResponse;

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const GITHUB_ROOT: &str =
    r#"{"current_user_url":"https://a.example/user","rate_limit_url":"https://a.example/r"}"#;

/// A signed-in account.
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

pub(crate) async fn sign_up(client: &Client, email: &str) -> Account {
    let credentials = json!({"email": email, "password": PASSWORD});
    client.post("/v1/auth/register", None, credentials).await.expect(201);
    sign_in(client, email).await
}

pub(crate) async fn sign_in(client: &Client, email: &str) -> Account {
    let response = client.post("/v1/auth/login", None, json!({"email": email, "password": PASSWORD})).await;
    let token = |name: &str| response.expect(200)[name].as_str().unwrap().to_owned();
    Account { email: email.to_owned(), access_token: token("access_token"), refresh_token: token("refresh_token") }
}

/// The routes without sign-in: health, external API, console.
pub(crate) async fn public_routes(client: &Client) {
    assert_eq!(client.get("/health", None).await.expect(200), &json!({"status": "ok"}));
    assert_eq!(client.get("/v1/health/ready", None).await.expect(200), &json!({"status": "ok"}));
    let detailed = client.get("/v1/health/detailed", None).await;
    assert_eq!(detailed.expect(200)["status"], "ok", "{:#}", detailed.body);
    let github = client.get("/v1/external/github", None).await;
    assert_eq!(github.expect(200)["github_api_status"], "ok");
    let console = client.get("/", None).await;
    assert!(console.expect(200).as_str().unwrap().contains("<title>Watchlist</title>"));
}

/// Errors of the router and of authentication.
pub(crate) async fn errors(client: &Client) {
    client.get("/nothing", None).await.expect_problem(404, "NOT_FOUND");
    client.get("/v1/nothing/here", None).await.expect_problem(404, "NOT_FOUND");
    let wrong_method = client.send(Method::DELETE, "/v1/watchlists/", None, None).await;
    wrong_method.expect_problem(405, "METHOD_NOT_ALLOWED");
    assert_eq!(wrong_method.header("allow"), "GET");
    client.get("/v1/auth/me", None).await.expect_problem(401, "UNAUTHORIZED");
    client.get("/v1/watchlists", Some("not.a.token")).await.expect_problem(401, "UNAUTHORIZED");
    let faults = client.post("/v1/auth/register", None, json!({"email": "x", "password": "x", "role": "admin"})).await;
    assert_eq!(faults.field_errors().len(), 3);
}

fn titles(response: &TestResponse) -> Vec<&str> {
    response.expect(200)["watchlist"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

/// Registers, and creates, lists, updates and deletes watchlist items. Returns the account.
pub(crate) async fn watchlist(client: &Client) -> Account {
    let ada = sign_up(client, &client.email("ada")).await;
    let wrong = json!({"email": ada.email, "password": "wrong"});
    client.post("/v1/auth/login", None, wrong).await.expect_problem(401, "UNAUTHORIZED");
    let again = json!({"email": ada.email.to_uppercase(), "password": PASSWORD});
    client.post("/v1/auth/register", None, again).await.expect_problem(409, "CONFLICT");

    let token = Some(ada.access_token.as_str());
    assert_eq!(client.get("/v1/auth/me", token).await.expect(200)["email"], ada.email);

    let mut ids = Vec::new();
    for (title, item_type) in [("Blade Runner", "movie"), ("Severance", "show"), ("Dune", "movie"), ("Dark", "show")] {
        let body = json!({"title": title, "type": item_type});
        let added = client.post("/v1/watchlists/items", token, body).await;
        ids.push(added.expect(201)["item"]["id"].as_str().unwrap().to_owned());
    }
    let list = |query: &'static str| async move { client.get(&format!("/v1/watchlists{query}"), token).await };
    assert_eq!(titles(&list("").await), ["Dark", "Dune", "Severance", "Blade Runner"]);
    assert_eq!(titles(&list("/?sort=created_at_asc&limit=2").await), ["Blade Runner", "Severance"]);
    assert_eq!(titles(&list("?skip=1&limit=2").await), ["Dune", "Severance"]);
    assert_eq!(titles(&list("?type=show").await), ["Dark", "Severance"]);
    assert_eq!(list("?limit=0&type=film").await.field_errors().len(), 2);
    let first = list("?limit=3").await;
    let next = format!("/v1/watchlists?limit=3&cursor={}", first.body["next_cursor"].as_str().unwrap());
    let last = client.get(&next, token).await;
    assert_eq!(titles(&last), ["Blade Runner"]);
    assert_eq!(last.body["next_cursor"], Value::Null);

    let item = format!("/v1/watchlists/items/{}", ids[2]);
    assert_eq!(client.get(&item, token).await.expect(200)["item"]["title"], "Dune");
    let patch = client.send(Method::PATCH, &item, token, Some(json!({"title": "Dune (1984)"}))).await;
    assert_eq!(patch.expect(200)["item"]["title"], "Dune (1984)");
    assert_eq!(patch.header("etag"), "\"2\"");

    let grace = sign_up(client, &client.email("grace")).await;
    let not_hers = Some(grace.access_token.as_str());
    client.get(&item, not_hers).await.expect_problem(404, "NOT_FOUND");
    client.send(Method::DELETE, &item, not_hers, None).await.expect_problem(404, "NOT_FOUND");
    client.get(&next, not_hers).await.expect_problem(400, "BAD_REQUEST");

    client.send(Method::DELETE, &item, token, None).await.expect(204);
    client.get(&item, token).await.expect_problem(404, "NOT_FOUND");
    client.send(Method::DELETE, &item, token, None).await.expect_problem(404, "NOT_FOUND");
    ada
}

/// Refreshes, signs out everywhere, changes a password, promotes and demotes administrators, and
/// deletes an account. Each step sees the effect of the previous one at once, although other
/// functions' processes handle it.
pub(crate) async fn sessions_and_admin(client: &Client, make_admin: impl AsyncFn(&str)) {
    let refresh =
        |token: String| async move { client.post("/v1/auth/refresh", None, json!({"refresh_token": token})).await };
    let me = |token: String| async move { client.get("/v1/auth/me", Some(&token)).await.status.as_u16() };
    let (boss, grace) = (client.email("boss"), client.email("grace"));
    let phone = sign_up(client, &boss).await;
    let laptop = sign_in(client, &boss).await;
    let response = refresh(phone.refresh_token.clone()).await;
    let phone_again = response.expect(200)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(me(phone_again.clone()).await, 200);
    client.post("/v1/auth/logout", Some(&laptop.access_token), json!({"all": true})).await.expect(204);
    for token in [&phone.access_token, &phone_again, &laptop.access_token] {
        assert_eq!(me(token.clone()).await, 401);
    }
    refresh(laptop.refresh_token).await.expect_problem(401, "UNAUTHORIZED");

    let account = sign_in(client, &boss).await;
    let body = json!({"current_password": PASSWORD, "new_password": "analytical engine 1843"});
    client.send(Method::PUT, "/v1/auth/password", Some(&account.access_token), Some(body)).await.expect(204);
    let old = json!({"email": boss, "password": PASSWORD});
    client.post("/v1/auth/login", None, old).await.expect_problem(401, "UNAUTHORIZED");

    let token = account.access_token.as_str();
    client.get("/v1/admin/users", Some(token)).await.expect_problem(403, "FORBIDDEN");
    make_admin(&boss).await;
    make_admin(&grace).await;
    let new = json!({"email": boss, "password": "analytical engine 1843"});
    let boss = client.post("/v1/auth/login", None, new).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    let deputy = sign_in(client, &grace).await;
    let path = account_of(client, &boss, &grace).await;
    demote_all_others(client, &boss, &path).await;
    client.get("/v1/admin/stats", Some(&deputy.access_token)).await.expect(200);
    client.send(Method::PATCH, &path, Some(&boss), Some(json!({"role": "user"}))).await.expect(200);
    client.get("/v1/admin/stats", Some(&deputy.access_token)).await.expect_problem(401, "UNAUTHORIZED");
    let password = json!({"password": "analytical engine 1843"});
    let last = client.send(Method::DELETE, "/v1/auth/me", Some(&boss), Some(password)).await;
    last.expect_problem(409, "CONFLICT");

    let grace = sign_in(client, &grace).await;
    let password = json!({"password": PASSWORD});
    client.send(Method::DELETE, "/v1/auth/me", Some(&grace.access_token), Some(password)).await.expect(204);
    assert_eq!(me(grace.access_token).await, 401);
    client.get(&path, Some(&boss)).await.expect_problem(404, "NOT_FOUND");
}

/// The path of an account for administrators.
pub(super) async fn account_of(client: &Client, admin: &str, email: &str) -> String {
    let found = client.get(&format!("/v1/admin/users?email={email}"), Some(admin)).await;
    format!("/v1/admin/users/{}", found.expect(200)["users"][0]["id"].as_str().unwrap())
}

/// Demotes the administrators that earlier runs left behind.
async fn demote_all_others(client: &Client, admin: &str, except: &str) {
    let me = client.get("/v1/auth/me", Some(admin)).await.expect(200)["id"].clone();
    let users = client.get("/v1/admin/users?limit=100", Some(admin)).await;
    let is_other = |user: &&Value| user["role"] == "admin" && user["id"] != me;
    for user in users.expect(200)["users"].as_array().unwrap().iter().filter(is_other) {
        let path = format!("/v1/admin/users/{}", user["id"].as_str().unwrap());
        if path != except {
            client.send(Method::PATCH, &path, Some(admin), Some(json!({"role": "user"}))).await.expect(200);
        }
    }
}

/// 16 clients write concurrently. Every write succeeds and is in the list.
pub(crate) async fn concurrent_writes(client: &Client) {
    let account = sign_up(client, &client.email("many")).await;
    let token = Some(account.access_token.as_str());
    let writer = |writer: usize| async move {
        let mut added = Vec::new();
        for n in 0..5 {
            let body = json!({"title": format!("Title {writer}.{n}"), "type": "movie"});
            let response = client.post("/v1/watchlists/items", token, body).await;
            added.push(response.expect(201)["item"].clone());
        }
        added
    };
    let added: Vec<Value> = join_all((0..16).map(writer)).await.into_iter().flatten().collect();
    let list = client.get("/v1/watchlists?limit=100", token).await;
    let listed = list.expect(200)["watchlist"].as_array().unwrap();
    assert_eq!(listed.len(), 80);
    for item in &added {
        assert!(listed.contains(item), "an acknowledged item is not in the list: {item}");
    }
}

/// Asserts that the watchlist and the session of [`watchlist`] still exist after a restart.
pub(crate) async fn data_persists(client: &Client, before: &Account) {
    let token = Some(before.access_token.as_str());
    assert_eq!(titles(&client.get("/v1/watchlists", token).await), ["Dark", "Severance", "Blade Runner"]);
    let again = sign_in(client, &before.email).await;
    assert_eq!(titles(&client.get("/v1/watchlists", Some(&again.access_token)).await).len(), 3);
}
