//! How often each route goes over the network, counted at the wire: `docs/ARCHITECTURE.md` has the table.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    answer::Answer,
    app::{PASSWORD, TestApp, User},
    functions::{Settings, patient},
    redis,
    redis_wire::RedisWire,
};

/// An app whose way to Redis is watched, and a user whose session Redis knows.
async fn watched() -> (TestApp, RedisWire, User) {
    let wire = RedisWire::before(&redis::database_url());
    let app = TestApp::with(Settings { redis: patient(wire.url()), ..Settings::default() }).await;
    let user = app.user("ada@example.com").await;
    for path in ["/v1/auth/me", "/v1/watchlists", "/v1/auth/sessions"] {
        app.get(path).bearer(&user.token).send().await.expect(200);
    }
    let item = app.post("/v1/watchlists/items").bearer(&user.token).json(&json!({"title": "Alien", "type": "movie"}));
    item.send().await.expect(201);
    forget_the_past(&app, &wire);
    (app, wire, user)
}

fn forget_the_past(app: &TestApp, wire: &RedisWire) {
    app.dynamo.take_calls();
    wire.take_round_trips();
}

/// What has crossed the wire since the last time: to Redis, to the table.
#[track_caller]
fn assert_crossed(app: &TestApp, wire: &RedisWire, redis: &[&str], table: &[&str]) {
    let trips: Vec<String> = wire.take_round_trips().into_iter().map(|commands| commands.join(" ")).collect();
    assert_eq!((trips, app.dynamo.take_operations()), (owned(redis), owned(table)));
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

async fn list(app: &TestApp, user: &User) -> Answer {
    app.get("/v1/watchlists").bearer(&user.token).send().await
}

#[tokio::test]
async fn a_list_that_redis_has_takes_one_trip_to_redis_and_none_to_the_table() {
    let (app, wire, user) = watched().await;
    assert_eq!(list(&app, &user).await.header("x-cache"), "MISS");
    assert_crossed(&app, &wire, &["EVALSHA", "EVALSHA"], &["Query"]);
    let hit = list(&app, &user).await;
    assert_eq!((hit.expect(200)["watchlist"].as_array().unwrap().len(), hit.header("x-cache")), (1, "HIT"));
    assert_crossed(&app, &wire, &["EVALSHA"], &[]);
}

#[tokio::test]
async fn a_write_takes_one_trip_to_redis_before_and_one_after() {
    let (app, wire, user) = watched().await;
    let body = json!({"title": "Brazil", "type": "movie"});
    let added = app.post("/v1/watchlists/items").bearer(&user.token).json(&body).send().await;
    assert_crossed(&app, &wire, &["EVALSHA", "DEL"], &["PutItem"]);
    let path = added.header(http::header::LOCATION).to_owned();
    app.patch(&path).bearer(&user.token).json(&json!({"title": "Brasil"})).send().await.expect(200);
    assert_crossed(&app, &wire, &["EVALSHA", "DEL"], &["UpdateItem"]);
    app.get(&path).bearer(&user.token).send().await.expect(200);
    assert_crossed(&app, &wire, &["EVALSHA"], &["GetItem"]);
    app.delete(&path).bearer(&user.token).send().await.expect(204);
    assert_crossed(&app, &wire, &["EVALSHA", "DEL"], &["DeleteItem"]);
}

#[tokio::test]
async fn the_account_takes_one_trip_to_each() {
    let (app, wire, user) = watched().await;
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    assert_crossed(&app, &wire, &["EVALSHA"], &["GetItem"]);
    app.get("/v1/auth/sessions").bearer(&user.token).send().await.expect(200);
    assert_crossed(&app, &wire, &["EVALSHA"], &["Query"]);
    app.post("/v1/auth/logout").bearer(&user.token).send().await.expect(204);
    assert_crossed(&app, &wire, &["EVALSHA", "DEL"], &["DeleteItem"]);
    // From now on Redis does not know the session. The table says that it is over, and Redis remembers.
    list(&app, &user).await.expect(401);
    assert_crossed(&app, &wire, &["EVALSHA", "EVALSHA"], &["GetItem"]);
    list(&app, &user).await.expect(401);
    assert_crossed(&app, &wire, &["EVALSHA"], &[]);
}

#[tokio::test]
async fn a_session_is_read_once_a_minute() {
    let (app, wire, user) = watched().await;
    let other = app.other_instances();
    redis::command(&app.settings.redis.url.clone().unwrap(), &["FLUSHDB"]);
    forget_the_past(&app, &wire);
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    assert_crossed(&app, &wire, &["EVALSHA", "EVALSHA"], &["GetItem", "GetItem"]);
    other.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    assert_crossed(&app, &wire, &["EVALSHA"], &["GetItem"]);
}

#[tokio::test]
async fn a_sign_in_takes_one_trip_to_redis_a_read_and_a_write() {
    let (app, wire, _) = watched().await;
    app.login("ada@example.com", PASSWORD).await.expect(200);
    assert_crossed(&app, &wire, &["EVALSHA"], &["GetItem", "TransactWriteItems"]);
    app.login("ada@example.com", "wrong").await.expect(401);
    assert_crossed(&app, &wire, &["EVALSHA"], &["GetItem", "UpdateItem"]);
}

#[tokio::test]
async fn a_hundred_who_miss_at_once_make_one_query() {
    let (app, wire, user) = watched().await;
    redis::command(&app.settings.redis.url.clone().unwrap(), &["FLUSHDB"]);
    list(&app, &app.user("grace@example.com").await).await.expect(200);
    forget_the_past(&app, &wire);
    let answers = join_all((0..100).map(|_| list(&app, &user))).await;
    for answer in &answers {
        assert_eq!(answer.expect(200), answers[0].expect(200));
    }
    // One read of the session, one of the list.
    assert_eq!(app.dynamo.take_operations(), ["GetItem", "Query"]);
}
