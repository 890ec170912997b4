use std::{
    net::TcpListener,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::{redis_client::RedisClient, redis_server::RedisServer};

const DATABASES: usize = 1024;

/// The address of a Redis database that no other test uses, on one real server for the whole run.
pub(crate) fn database_url() -> String {
    static SERVER: OnceLock<RedisServer> = OnceLock::new();
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let server = SERVER.get_or_init(|| RedisServer::start(&format!("--databases {DATABASES}")));
    let database = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(database < DATABASES, "more tests with Redis than databases");
    format!("{}{database}", server.url())
}

/// An address at which nothing listens.
pub(crate) fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Runs a command on the database with this address and gives its answer.
pub(crate) fn command(url: &str, words: &[&str]) -> String {
    let mut client = RedisClient::connect(url).unwrap();
    client.send(&[words]).unwrap();
    client.answer().unwrap()
}

/// Until it is so, which takes milliseconds.
pub(crate) fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::yield_now();
    }
}
