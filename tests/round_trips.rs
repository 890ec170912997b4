//! The network round trips of each route, counted by proxies. `docs/ARCHITECTURE.md` lists them.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp, User},
    functions::{Settings, patient},
    redis,
    redis_proxy::RedisProxy,
    response::TestResponse,
};

/// An app with a proxy to Redis, and a user with a session in Redis.
async fn app_with_proxy() -> (TestApp, RedisProxy, User) {
    let proxy = RedisProxy::start(&redis::database_url());
    let app = TestApp::with(Settings { redis: patient(proxy.url()), ..Settings::default() }).await;
    let user = app.user("ada@example.com").await;
    for path in ["/v1/auth/me", "/v1/watchlists", "/v1/auth/sessions"] {
        app.get(path).bearer(&user.token).send().await.expect(200);
    }
    let item = app.post("/v1/watchlists/items").bearer(&user.token).json(&json!({"title": "Alien", "type": "movie"}));
    item.send().await.expect(201);
    discard_recorded(&app, &proxy);
    (app, proxy, user)
}

fn discard_recorded(app: &TestApp, proxy: &RedisProxy) {
    app.dynamo.take_calls();
    proxy.take_round_trips();
}

/// Asserts the commands to Redis, one string per round trip, and the operations on the table since
/// the last call.
#[track_caller]
fn assert_round_trips(app: &TestApp, proxy: &RedisProxy, redis: &[&str], table: &[&str]) {
    let trips: Vec<String> = proxy.take_round_trips().into_iter().map(|commands| commands.join(" ")).collect();
    assert_eq!((trips, app.dynamo.take_operations()), (to_strings(redis), to_strings(table)));
}

fn to_strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

async fn list(app: &TestApp, user: &User) -> TestResponse {
    app.get("/v1/watchlists").bearer(&user.token).send().await
}

#[tokio::test]
async fn a_cached_list_takes_one_round_trip_to_redis_and_none_to_the_table() {
    let (app, proxy, user) = app_with_proxy().await;
    assert_eq!(list(&app, &user).await.header("x-cache"), "MISS");
    assert_round_trips(&app, &proxy, &["EVALSHA", "EVALSHA"], &["Query"]);
    let hit = list(&app, &user).await;
    assert_eq!((hit.expect(200)["watchlist"].as_array().unwrap().len(), hit.header("x-cache")), (1, "HIT"));
    assert_round_trips(&app, &proxy, &["EVALSHA"], &[]);
}

#[tokio::test]
async fn a_write_takes_one_round_trip_to_redis_before_it_and_one_after_it() {
    let (app, proxy, user) = app_with_proxy().await;
    let body = json!({"title": "Brazil", "type": "movie"});
    let added = app.post("/v1/watchlists/items").bearer(&user.token).json(&body).send().await;
    assert_round_trips(&app, &proxy, &["EVALSHA", "DEL"], &["PutItem"]);
    let path = added.header(http::header::LOCATION).to_owned();
    app.patch(&path).bearer(&user.token).json(&json!({"title": "Brasil"})).send().await.expect(200);
    assert_round_trips(&app, &proxy, &["EVALSHA", "DEL"], &["UpdateItem"]);
    app.get(&path).bearer(&user.token).send().await.expect(200);
    assert_round_trips(&app, &proxy, &["EVALSHA"], &["GetItem"]);
    app.delete(&path).bearer(&user.token).send().await.expect(204);
    assert_round_trips(&app, &proxy, &["EVALSHA", "DEL"], &["DeleteItem"]);
}

#[tokio::test]
async fn account_routes_take_one_round_trip_to_redis_and_one_to_the_table() {
    let (app, proxy, user) = app_with_proxy().await;
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    assert_round_trips(&app, &proxy, &["EVALSHA"], &["GetItem"]);
    app.get("/v1/auth/sessions").bearer(&user.token).send().await.expect(200);
    assert_round_trips(&app, &proxy, &["EVALSHA"], &["Query"]);
    app.post("/v1/auth/logout").bearer(&user.token).send().await.expect(204);
    assert_round_trips(&app, &proxy, &["EVALSHA", "DEL"], &["DeleteItem"]);
    // Redis no longer has the session. The next request reads from the table that it is revoked and
    // stores that in Redis.
    list(&app, &user).await.expect(401);
    assert_round_trips(&app, &proxy, &["EVALSHA", "EVALSHA"], &["GetItem"]);
    list(&app, &user).await.expect(401);
    assert_round_trips(&app, &proxy, &["EVALSHA"], &[]);
}

#[tokio::test]
async fn a_session_is_read_from_the_table_only_when_redis_does_not_have_it() {
    let (app, proxy, user) = app_with_proxy().await;
    let other = app.other_instances();
    redis::command(&app.settings.redis.url.clone().unwrap(), &["FLUSHDB"]);
    discard_recorded(&app, &proxy);
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    assert_round_trips(&app, &proxy, &["EVALSHA", "EVALSHA"], &["GetItem", "GetItem"]);
    other.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    assert_round_trips(&app, &proxy, &["EVALSHA"], &["GetItem"]);
}

#[tokio::test]
async fn a_sign_in_takes_one_round_trip_to_redis_one_read_and_one_write() {
    let (app, proxy, _) = app_with_proxy().await;
    app.login("ada@example.com", PASSWORD).await.expect(200);
    assert_round_trips(&app, &proxy, &["EVALSHA"], &["GetItem", "TransactWriteItems"]);
    app.login("ada@example.com", "wrong").await.expect(401);
    assert_round_trips(&app, &proxy, &["EVALSHA"], &["GetItem", "UpdateItem"]);
}

#[tokio::test]
async fn a_hundred_concurrent_cache_misses_cause_one_query() {
    let (app, proxy, user) = app_with_proxy().await;
    redis::command(&app.settings.redis.url.clone().unwrap(), &["FLUSHDB"]);
    list(&app, &app.user("grace@example.com").await).await.expect(200);
    discard_recorded(&app, &proxy);
    let responses = join_all((0..100).map(|_| list(&app, &user))).await;
    for response in &responses {
        assert_eq!(response.expect(200), responses[0].expect(200));
    }
    // One read of the session and one query of the list.
    assert_eq!(app.dynamo.take_operations(), ["GetItem", "Query"]);
}
