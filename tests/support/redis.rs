use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use super::{redis_client::RedisClient, redis_server::RedisServer};

const DATABASES: usize = 1024;

/// The URL of a Redis database that no other test uses. All are on one real server, which runs
/// until the tests end.
pub(crate) fn database_url() -> String {
    static SERVER: OnceLock<RedisServer> = OnceLock::new();
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let server = SERVER.get_or_init(|| RedisServer::start(&format!("--databases {DATABASES}")));
    let database = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(database < DATABASES, "more tests use Redis than there are databases");
    format!("{}{database}", server.url())
}

/// Runs a command on the database at `url` and returns the reply.
pub(crate) fn command(url: &str, words: &[&str]) -> String {
    let mut client = RedisClient::connect(url).unwrap();
    client.send(&[words]).unwrap();
    client.reply().unwrap()
}
