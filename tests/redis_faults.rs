//! What happens when Redis breaks: the same answers, and nothing that is over comes back.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use shared::{
    cache::{Cache, Looked, Page, PageKey, SessionState},
    config::{RateLimitConfig, RedisConfig},
    domain::{SessionId, UserId},
    random::Random,
    rate_limit::{Group, Quotas},
};
use tokio::time::timeout;

use crate::support::{
    answer::Answer,
    app::{PASSWORD, TestApp, User},
    dynamo,
    functions::{Settings, impatient, patient},
    redis,
    redis::closed_port,
    redis_server::RedisServer,
    redis_wire::{Fault, RedisWire},
};

async fn over(redis: RedisConfig) -> TestApp {
    TestApp::with(Settings { redis, ..Settings::default() }).await
}

async fn list(app: &TestApp, user: &User) -> Answer {
    app.get("/v1/watchlists?limit=100").bearer(&user.token).send().await
}

fn titles(answer: &Answer) -> Vec<&str> {
    answer.expect(200)["watchlist"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

/// Another sign-in of the same user.
async fn sign_in_again(app: &TestApp, user: &User) -> User {
    let token = app.login("ada@example.com", PASSWORD).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    User { id: user.id.clone(), token }
}

/// A whole session of everything that Redis has a part in.
async fn everything_works(app: &TestApp) {
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
    // Guessing is held back as always.
    for _ in 0..5 {
        app.login("ada@example.com", "wrong").await.expect(401);
    }
    app.login("ada@example.com", PASSWORD).await.expect(401);
}

#[tokio::test]
async fn without_redis_everything_works() {
    let nowhere = format!("redis://127.0.0.1:{}/", closed_port());
    everything_works(&over(RedisConfig { url: None, ..impatient("") }).await).await;
    everything_works(&over(impatient(&nowhere)).await).await;
}

#[tokio::test]
async fn with_a_redis_that_refuses_loses_or_delays_everything_works() {
    for fault in [Fault::Refuse, Fault::Lose, Fault::Slow(Duration::from_millis(100))] {
        let wire = RedisWire::before(&redis::database_url());
        wire.set_fault(fault);
        everything_works(&over(impatient(wire.url())).await).await;
    }
}

#[tokio::test]
async fn with_a_redis_that_lets_nobody_in_or_nothing_be_written_everything_works() {
    let guarded = RedisServer::start("--requirepass right");
    everything_works(&over(impatient(&guarded.url())).await).await;
    let wrong = guarded.url().replace("redis://", "redis://:wrong@");
    everything_works(&over(impatient(&wrong)).await).await;
    everything_works(&over(patient(&wrong.replace("wrong", "right"))).await).await;

    let primary = RedisServer::start("");
    let replica = RedisServer::start(&format!("--replicaof 127.0.0.1 {}", primary.port));
    let linked = || replica.command(&["INFO", "replication"]).contains("master_link_status:up");
    redis::wait_for("the replica", linked);
    let app = over(impatient(&replica.url())).await;
    everything_works(&app).await;
    assert_eq!(app.settings.redis.url, Some(replica.url()));
}

#[tokio::test]
async fn a_redis_that_has_forgotten_everything_is_taught_again() {
    let server = RedisServer::start("");
    let app = over(patient(&server.url())).await;
    let user = app.user("ada@example.com").await;
    let ended = sign_in_again(&app, &user).await;
    list(&app, &ended).await.expect(200);
    app.post("/v1/auth/logout").bearer(&ended.token).send().await.expect(204);
    for forget in [&["FLUSHALL"][..], &["SCRIPT", "FLUSH"]] {
        list(&app, &user).await.expect(200);
        assert_eq!(list(&app, &user).await.header("x-cache"), "HIT");
        server.command(forget);
        list(&app, &ended).await.expect(401);
        list(&app, &user).await.expect(200);
        assert_eq!(list(&app, &user).await.header("x-cache"), "HIT");
    }
}

#[tokio::test]
async fn nobody_waits_for_a_redis_that_hangs_and_it_is_used_again_when_it_goes_on() {
    let server = RedisServer::start("");
    let app = over(impatient(&server.url())).await;
    let user = app.user("ada@example.com").await;
    list(&app, &user).await.expect(200);
    server.signal(Signal::STOP);
    let started = Instant::now();
    for _ in 0..100 {
        assert_eq!(list(&app, &user).await.header("x-cache"), "BYPASS");
    }
    // One answer in vain, then one try in each quarter of a second.
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    server.signal(Signal::CONT);
    until_it_hits(&app, &user).await;
}

#[tokio::test]
async fn a_connection_that_was_closed_while_nobody_looked_is_made_anew_at_once() {
    let wire = RedisWire::before(&redis::database_url());
    let app = over(patient(wire.url())).await;
    let user = app.user("ada@example.com").await;
    list(&app, &user).await.expect(200);
    for _ in 0..20 {
        wire.cut();
        assert_eq!(list(&app, &user).await.header("x-cache"), "HIT");
    }
}

#[tokio::test]
async fn a_redis_that_was_killed_is_used_again_when_it_is_back() {
    let mut server = RedisServer::start("");
    let app = over(impatient(&server.url())).await;
    let user = app.user("ada@example.com").await;
    list(&app, &user).await.expect(200);
    server.kill();
    assert_eq!(list(&app, &user).await.header("x-cache"), "BYPASS");
    let health = app.get("/v1/health/detailed").send().await;
    assert_eq!(health.expect(200)["dependencies"]["redis"]["status"], "down");
    server.start_again();
    until_it_hits(&app, &user).await;
    let health = app.get("/v1/health/detailed").send().await;
    assert_eq!(health.expect(200)["dependencies"]["redis"]["status"], "ok");
}

async fn until_it_hits(app: &TestApp, user: &User) {
    let started = Instant::now();
    while list(app, user).await.header("x-cache") != "HIT" {
        assert!(started.elapsed() < Duration::from_secs(10), "Redis is not used again");
    }
}

#[tokio::test]
async fn what_changed_while_redis_hung_is_not_forgotten_when_it_goes_on() {
    let server = RedisServer::start("");
    let writer = over(impatient(&server.url())).await;
    let user = writer.user("ada@example.com").await;
    let mut expected = 0;
    for _ in 0..10 {
        // A reader that has done nothing since it read: it does not know that Redis hung.
        let reader = writer.other_instances();
        let second = sign_in_again(&writer, &user).await;
        list(&reader, &second).await.expect(200);
        list(&writer, &user).await.expect(200);
        server.signal(Signal::STOP);
        writer.add(&user, "written meanwhile", "movie").await;
        writer.post("/v1/auth/logout").bearer(&second.token).send().await.expect(204);
        expected += 1;
        server.signal(Signal::CONT);
        // What comes in the very turn in which it wakes, Redis may serve in any order: docs/adr/0011-copies-in-redis.md
        assert_eq!(server.command(&["PING"]), "PONG");
        list(&reader, &second).await.expect(401);
        assert_eq!(titles(&list(&reader, &user).await).len(), expected);
    }
}

#[tokio::test]
async fn what_changed_over_a_dead_connection_shows_in_the_next_read() {
    let direct = redis::database_url();
    let wire = RedisWire::before(&direct);
    // Long enough for a busy machine to connect within.
    let answer_within = Duration::from_millis(400);
    let writer = over(RedisConfig { answer_within, ..patient(wire.url()) }).await;
    let reader = writer.other_instances_with(Settings { redis: patient(&direct), ..Settings::default() });
    let user = writer.user("ada@example.com").await;
    let second = sign_in_again(&writer, &user).await;
    list(&writer, &user).await.expect(200);
    for user in [&user, &second] {
        list(&reader, user).await.expect(200);
    }
    // The peer vanished without a word, as a gateway's table of connections may forget one. Redis itself is well.
    wire.strand();
    writer.add(&user, "written meanwhile", "movie").await;
    assert_eq!(titles(&list(&reader, &user).await), ["written meanwhile"]);
    wire.strand();
    writer.post("/v1/auth/logout").bearer(&second.token).send().await.expect(204);
    list(&reader, &second).await.expect(401);
}

#[tokio::test]
async fn a_request_that_was_given_up_after_its_write_leaves_no_old_list() {
    let app = over(patient(&redis::database_url())).await;
    let user = app.user("ada@example.com").await;
    let reader = app.other_instances();
    assert_eq!(titles(&list(&reader, &user).await).len(), 0);
    app.get("/v1/auth/me").bearer(&user.token).send().await.expect(200);
    app.dynamo.set_fault(dynamo::Fault::LoseAnswer);
    let given_up = app.add(&user, "written", "movie");
    timeout(Duration::from_millis(300), given_up).await.unwrap_err();
    app.dynamo.set_fault(dynamo::Fault::None);
    let started = Instant::now();
    while titles(&list(&reader, &user).await).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(10), "the old list stays");
    }
}

#[tokio::test]
async fn without_redis_too_who_is_signed_out_uses_up_nobodys_quota() {
    let redis = impatient(&format!("redis://127.0.0.1:{}/", closed_port()));
    let app = TestApp::with(Settings { redis, rate_limit_factor: 1.0, ..Settings::default() }).await;
    let user = app.user("ada@example.com").await;
    let ended = sign_in_again(&app, &user).await;
    app.post("/v1/auth/logout").bearer(&ended.token).send().await.expect(204);
    for _ in 0..70 {
        list(&app, &ended).await.expect(401);
    }
    // But for the one with which the instance learnt it.
    assert_eq!(list(&app, &user).await.number("x-ratelimit-remaining"), 58);
}

#[tokio::test]
async fn what_changed_while_redis_could_not_be_reached_is_told_when_it_can() {
    let direct = redis::database_url();
    let wire = RedisWire::before(&direct);
    let writer = over(impatient(wire.url())).await;
    // A network that fails one of the two only.
    let reader = writer.other_instances_with(Settings { redis: patient(&direct), ..Settings::default() });
    let user = writer.user("ada@example.com").await;
    list(&writer, &user).await.expect(200);
    list(&reader, &user).await.expect(200);
    wire.set_fault(Fault::Refuse);
    writer.add(&user, "written meanwhile", "movie").await;
    wire.set_fault(Fault::None);
    let started = Instant::now();
    while titles(&list(&reader, &user).await).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(10), "Redis was not told");
    }
}

/// Somebody who looks for a page and a session in Redis.
struct Reader {
    cache: Cache,
    user: UserId,
    session: SessionId,
    key: PageKey,
}

impl Reader {
    fn new(url: &str) -> Self {
        let random = Random::system();
        let cache = Cache::new(&patient(url), random.clone()).unwrap();
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let user = UserId::new(now, &random);
        Self { cache, user, session: SessionId::new(now, &random), key: PageKey::new(user, "first") }
    }

    async fn look(&self) -> Looked {
        let quota = Quotas::new(RateLimitConfig { factor: 1.0 }).of(Group::WatchlistsList);
        self.cache.look(self.user, self.session, quota, Some(&self.key)).await.unwrap()
    }

    /// Keeps what was read from the table after `looked`; whether Redis has it then.
    async fn keep(&self, looked: &Looked) -> (bool, bool) {
        let page = Page { etag: "\"e\"".into(), link: String::new(), body: b"old".to_vec() };
        let state = SessionState::Live("2026-04-01T12:00:00Z".parse().unwrap());
        self.cache.keep_page(&self.key, &looked.generation, &page).await;
        self.cache.keep_session(self.user, self.session, &looked.generation, state).await;
        let found = self.look().await;
        (found.page == Some(page), found.session == Some(state))
    }
}

#[tokio::test]
async fn what_was_read_before_a_change_is_not_kept_after_it() {
    let url = redis::database_url();
    let reader = Reader::new(&url);
    let looked = reader.look().await;
    reader.cache.before_change(reader.user, &[reader.session]).finish().await;
    assert_eq!(reader.keep(&looked).await, (false, false), "the change came first");
    let looked = reader.look().await;
    redis::command(&url, &["FLUSHDB"]);
    assert_eq!(reader.keep(&looked).await, (false, false), "Redis came back empty, and may have missed a change");
    let looked = reader.look().await;
    assert_eq!(reader.keep(&looked).await, (true, true));
    reader.cache.before_change(reader.user, &[]).finish().await;
    let found = reader.look().await;
    assert_eq!((found.page.is_some(), found.session.is_some()), (false, true), "a write ends no session");
    assert_eq!(Reader { key: PageKey::new(reader.user, "second"), ..reader }.look().await.page, None);
}

#[tokio::test]
async fn nothing_is_kept_for_longer_than_it_may_be() {
    let url = redis::database_url();
    let reader = Reader::new(&url);
    let looked = reader.look().await;
    assert_eq!(reader.keep(&looked).await, (true, true));
    let names = redis::command(&url, &["KEYS", "*"]);
    for (kind, longest) in [(":page:", 30_000), (":session:", 60_000), (":generation", 120_000), (":limit:", 2_000)] {
        let name = names.split(' ').find(|name| name.contains(kind)).unwrap();
        let left: u64 = redis::command(&url, &["PTTL", name]).parse().unwrap();
        assert!((longest / 2..=longest).contains(&left), "{name} is kept for {left} ms");
    }
}
