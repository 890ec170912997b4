//! Redis failures: responses stay correct, and no stale page or revoked session reappears.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use shared::{
    cache::{Cache, LookupResult, PageKey, RenderedPage, SessionState},
    config::{RateLimitConfig, RedisConfig},
    domain::{SessionId, UserId},
    random::Random,
    rate_limit::{Group, Quotas},
};
use tokio::time::timeout;

use crate::support::{
    app::{PASSWORD, TestApp, User},
    dynamo,
    functions::{Settings, impatient, patient},
    ports::unused_port,
    redis,
    redis_proxy::{Fault, RedisProxy},
    redis_server::RedisServer,
    response::TestResponse,
    wait,
};

async fn app_with_redis(redis: RedisConfig) -> TestApp {
    TestApp::with(Settings { redis, ..Settings::default() }).await
}

async fn list(app: &TestApp, user: &User) -> TestResponse {
    app.get("/v1/watchlists?limit=100").bearer(&user.token).send().await
}

fn titles(response: &TestResponse) -> Vec<&str> {
    response.expect(200)["watchlist"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

/// Signs the same user in again.
async fn sign_in_again(app: &TestApp, user: &User) -> User {
    let token = app.login("ada@example.com", PASSWORD).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    User { id: user.id.clone(), token }
}

/// Uses every feature that involves Redis.
async fn assert_everything_works(app: &TestApp) {
    let ada = app.user("ada@example.com").await;
    for n in 0..3 {
        app.add(&ada, &format!("t{n}"), "movie").await;
        assert_eq!(titles(&list(app, &ada).await).len(), n + 1);
    }
    let second = sign_in_again(app, &ada).await;
    list(app, &second).await.expect(200);
    app.post("/v1/auth/logout").bearer(&second.token).send().await.expect(204);
    list(app, &second).await.expect(401);
    app.get("/v1/auth/me").bearer(&ada.token).send().await.expect(200);
    app.get("/v1/external/github").send().await.expect(502);
    // Account lockout works without Redis.
    for _ in 0..5 {
        app.login("ada@example.com", "wrong").await.expect(401);
    }
    app.login("ada@example.com", PASSWORD).await.expect(401);
}

#[tokio::test]
async fn everything_works_without_redis() {
    let nowhere = format!("redis://127.0.0.1:{}/", unused_port());
    assert_everything_works(&app_with_redis(RedisConfig { url: None, ..impatient("") }).await).await;
    assert_everything_works(&app_with_redis(impatient(&nowhere)).await).await;
}

#[tokio::test]
async fn everything_works_while_redis_refuses_drops_or_delays_requests() {
    for fault in [Fault::Refuse, Fault::Drop, Fault::Slow(Duration::from_millis(100))] {
        let proxy = RedisProxy::start(&redis::database_url());
        proxy.set_fault(fault);
        assert_everything_works(&app_with_redis(impatient(proxy.url())).await).await;
    }
}

#[tokio::test]
async fn everything_works_while_redis_rejects_the_password_or_writes() {
    let protected = RedisServer::start("--requirepass right");
    assert_everything_works(&app_with_redis(impatient(&protected.url())).await).await;
    let wrong = protected.url().replace("redis://", "redis://:wrong@");
    assert_everything_works(&app_with_redis(impatient(&wrong)).await).await;
    assert_everything_works(&app_with_redis(patient(&wrong.replace("wrong", "right"))).await).await;

    let primary = RedisServer::start("");
    let replica = RedisServer::start(&format!("--replicaof 127.0.0.1 {}", primary.port));
    let is_linked = || replica.command(&["INFO", "replication"]).contains("master_link_status:up");
    wait::until("the replica to connect", is_linked);
    let app = app_with_redis(impatient(&replica.url())).await;
    assert_everything_works(&app).await;
    assert_eq!(app.settings.redis.url, Some(replica.url()));
}

#[tokio::test]
async fn redis_is_refilled_after_it_was_flushed() {
    let server = RedisServer::start("");
    let app = app_with_redis(patient(&server.url())).await;
    let user = app.user("ada@example.com").await;
    let revoked = sign_in_again(&app, &user).await;
    list(&app, &revoked).await.expect(200);
    app.post("/v1/auth/logout").bearer(&revoked.token).send().await.expect(204);
    for flush in [&["FLUSHALL"][..], &["SCRIPT", "FLUSH"]] {
        list(&app, &user).await.expect(200);
        assert_eq!(list(&app, &user).await.header("x-cache"), "HIT");
        server.command(flush);
        list(&app, &revoked).await.expect(401);
        list(&app, &user).await.expect(200);
        assert_eq!(list(&app, &user).await.header("x-cache"), "HIT");
    }
}

#[tokio::test]
async fn requests_do_not_wait_for_a_hanging_redis_and_use_it_when_it_continues() {
    let server = RedisServer::start("");
    let app = app_with_redis(impatient(&server.url())).await;
    let user = app.user("ada@example.com").await;
    list(&app, &user).await.expect(200);
    server.signal(Signal::STOP);
    let started = Instant::now();
    for _ in 0..100 {
        assert_eq!(list(&app, &user).await.header("x-cache"), "BYPASS");
    }
    // One request times out. Then Redis is tried four times a second.
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    server.signal(Signal::CONT);
    wait_for_cache_hit(&app, &user).await;
}

#[tokio::test]
async fn an_idle_connection_that_was_closed_is_reopened_at_once() {
    let proxy = RedisProxy::start(&redis::database_url());
    let app = app_with_redis(patient(proxy.url())).await;
    let user = app.user("ada@example.com").await;
    list(&app, &user).await.expect(200);
    for _ in 0..20 {
        proxy.close_connections();
        assert_eq!(list(&app, &user).await.header("x-cache"), "HIT");
    }
}

#[tokio::test]
async fn a_killed_redis_is_used_again_after_its_restart() {
    let mut server = RedisServer::start("");
    let app = app_with_redis(impatient(&server.url())).await;
    let user = app.user("ada@example.com").await;
    list(&app, &user).await.expect(200);
    server.kill();
    assert_eq!(list(&app, &user).await.header("x-cache"), "BYPASS");
    let health = app.get("/v1/health/detailed").send().await;
    assert_eq!(health.expect(200)["dependencies"]["redis"]["status"], "down");
    server.restart();
    wait_for_cache_hit(&app, &user).await;
    let health = app.get("/v1/health/detailed").send().await;
    assert_eq!(health.expect(200)["dependencies"]["redis"]["status"], "ok");
}

async fn wait_for_cache_hit(app: &TestApp, user: &User) {
    let started = Instant::now();
    while list(app, user).await.header("x-cache") != "HIT" {
        assert!(started.elapsed() < Duration::from_secs(10), "Redis is not used again");
    }
}

#[tokio::test]
async fn changes_made_while_redis_hung_are_visible_when_it_continues() {
    let server = RedisServer::start("");
    let writer = app_with_redis(impatient(&server.url())).await;
    let user = writer.user("ada@example.com").await;
    let mut expected = 0;
    for _ in 0..10 {
        // A reader that sends nothing while Redis hangs, and so does not detect it.
        let reader = writer.other_instances();
        let second = sign_in_again(&writer, &user).await;
        list(&reader, &second).await.expect(200);
        list(&writer, &user).await.expect(200);
        server.signal(Signal::STOP);
        writer.add(&user, "added meanwhile", "movie").await;
        writer.post("/v1/auth/logout").bearer(&second.token).send().await.expect(204);
        expected += 1;
        server.signal(Signal::CONT);
        // Redis may process the requests that it finds when it continues in any order:
        // docs/adr/0011-redis-cache-and-invalidation.md
        assert_eq!(server.command(&["PING"]), "PONG");
        list(&reader, &second).await.expect(401);
        assert_eq!(titles(&list(&reader, &user).await).len(), expected);
    }
}

#[tokio::test]
async fn changes_made_over_a_dead_connection_are_visible_in_the_next_read() {
    let direct = redis::database_url();
    let proxy = RedisProxy::start(&direct);
    // Long enough to connect on a busy machine.
    let response_timeout = Duration::from_millis(400);
    let writer = app_with_redis(RedisConfig { response_timeout, ..patient(proxy.url()) }).await;
    let reader = writer.other_instances_with(Settings { redis: patient(&direct), ..Settings::default() });
    let user = writer.user("ada@example.com").await;
    let second = sign_in_again(&writer, &user).await;
    list(&writer, &user).await.expect(200);
    for user in [&user, &second] {
        list(&reader, user).await.expect(200);
    }
    // The connection is dead without a reset, as when a NAT gateway drops its entry. Redis itself
    // works.
    proxy.black_hole_connections();
    writer.add(&user, "added meanwhile", "movie").await;
    assert_eq!(titles(&list(&reader, &user).await), ["added meanwhile"]);
    proxy.black_hole_connections();
    writer.post("/v1/auth/logout").bearer(&second.token).send().await.expect(204);
    list(&reader, &second).await.expect(401);
}

#[tokio::test]
async fn a_request_aborted_after_its_write_leaves_no_stale_list() {
    let app = app_with_redis(patient(&redis::database_url())).await;
    let user = app.user("ada@example.com").await;
    let reader = app.other_instances();
    assert_eq!(titles(&list(&reader, &user).await).len(), 0);
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    app.dynamo.set_fault(dynamo::Fault::LoseResponse);
    let aborted = app.add(&user, "added", "movie");
    timeout(Duration::from_millis(300), aborted).await.unwrap_err();
    app.dynamo.set_fault(dynamo::Fault::None);
    let started = Instant::now();
    while titles(&list(&reader, &user).await).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(10), "the list is still stale");
    }
}

#[tokio::test]
async fn without_redis_a_revoked_session_does_not_use_the_users_quota() {
    let redis = impatient(&format!("redis://127.0.0.1:{}/", unused_port()));
    let app = TestApp::with(Settings { redis, rate_limit_factor: 1.0, ..Settings::default() }).await;
    let user = app.user("ada@example.com").await;
    let revoked = sign_in_again(&app, &user).await;
    app.post("/v1/auth/logout").bearer(&revoked.token).send().await.expect(204);
    for _ in 0..70 {
        list(&app, &revoked).await.expect(401);
    }
    // Except for the first request, with which the instance learned that the session is revoked.
    assert_eq!(list(&app, &user).await.number("x-ratelimit-remaining"), 58);
}

#[tokio::test]
async fn changes_made_while_redis_was_unreachable_invalidate_it_later() {
    let direct = redis::database_url();
    let proxy = RedisProxy::start(&direct);
    let writer = app_with_redis(impatient(proxy.url())).await;
    // Only the writer's connection to Redis fails.
    let reader = writer.other_instances_with(Settings { redis: patient(&direct), ..Settings::default() });
    let user = writer.user("ada@example.com").await;
    list(&writer, &user).await.expect(200);
    list(&reader, &user).await.expect(200);
    proxy.set_fault(Fault::Refuse);
    writer.add(&user, "added meanwhile", "movie").await;
    proxy.set_fault(Fault::None);
    let started = Instant::now();
    while titles(&list(&reader, &user).await).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(10), "Redis was not invalidated");
    }
}

/// Looks up one page and one session in Redis.
struct Reader {
    cache: Cache,
    user: UserId,
    session: SessionId,
    key: PageKey,
}

/// What Redis has stored.
#[derive(Debug, PartialEq)]
struct Stored {
    page: bool,
    session: bool,
}

impl Stored {
    const NOTHING: Self = Self { page: false, session: false };
    const ALL: Self = Self { page: true, session: true };
}

impl Reader {
    fn new(url: &str) -> Self {
        let random = Random::system();
        let cache = Cache::new(&patient(url), random.clone()).unwrap();
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let user = UserId::new(now, &random);
        Self { cache, user, session: SessionId::new(now, &random), key: PageKey::new(user, "first") }
    }

    async fn lookup(&self) -> LookupResult {
        let quota = Quotas::new(RateLimitConfig { factor: 1.0 }).for_group(Group::WatchlistsList);
        self.cache.lookup(self.user, self.session, quota, Some(&self.key)).await.unwrap()
    }

    /// Stores a page and a session that were read from the table after `lookup`. Returns whether
    /// Redis has them now.
    async fn store(&self, lookup: &LookupResult) -> Stored {
        let page = RenderedPage { etag: "\"e\"".into(), link: String::new(), body: b"old".to_vec() };
        let state = SessionState::Active("2026-04-01T12:00:00Z".parse().unwrap());
        self.cache.store_page(&self.key, &lookup.generation, &page).await;
        self.cache.store_session(self.user, self.session, &lookup.generation, state).await;
        let found = self.lookup().await;
        Stored { page: found.page == Some(page), session: found.session == Some(state) }
    }
}

#[tokio::test]
async fn data_read_before_a_change_is_not_stored_after_it() {
    let url = redis::database_url();
    let reader = Reader::new(&url);
    let lookup = reader.lookup().await;
    reader.cache.begin_invalidation(reader.user, &[reader.session]).finish().await;
    assert_eq!(reader.store(&lookup).await, Stored::NOTHING, "the change came first");
    let lookup = reader.lookup().await;
    redis::command(&url, &["FLUSHDB"]);
    assert_eq!(reader.store(&lookup).await, Stored::NOTHING, "Redis was flushed and may have missed a change");
    let lookup = reader.lookup().await;
    assert_eq!(reader.store(&lookup).await, Stored::ALL);
    reader.cache.begin_invalidation(reader.user, &[]).finish().await;
    let found = reader.lookup().await;
    assert_eq!(
        (found.page.is_some(), found.session.is_some()),
        (false, true),
        "a write must not invalidate the session"
    );
    assert_eq!(Reader { key: PageKey::new(reader.user, "second"), ..reader }.lookup().await.page, None);
}

#[tokio::test]
async fn every_key_has_its_maximum_ttl() {
    let url = redis::database_url();
    let reader = Reader::new(&url);
    let lookup = reader.lookup().await;
    assert_eq!(reader.store(&lookup).await, Stored::ALL);
    let names = redis::command(&url, &["KEYS", "*"]);
    for (kind, max_ttl) in [(":page:", 30_000), (":session:", 60_000), (":generation", 120_000), (":limit:", 2_000)] {
        let name = names.split(' ').find(|name| name.contains(kind)).unwrap();
        let ttl: u64 = redis::command(&url, &["PTTL", name]).parse().unwrap();
        assert!((max_ttl / 2..=max_ttl).contains(&ttl), "{name} has a TTL of {ttl} ms");
    }
}
