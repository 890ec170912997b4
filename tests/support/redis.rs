use std::{
    net::{TcpListener, TcpStream},
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::guarded::Guarded;

const DATABASES: usize = 1024;

/// The address of a Redis database that no other test uses, on one real server for the whole run.
pub(crate) fn database_url() -> String {
    static SERVER: OnceLock<(Guarded, u16)> = OnceLock::new();
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let (_, port) = SERVER.get_or_init(start);
    let database = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(database < DATABASES, "more tests with Redis than databases");
    format!("redis://127.0.0.1:{port}/{database}")
}

/// An address at which nothing listens.
pub(crate) fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn start() -> (Guarded, u16) {
    let found = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let program = ["redis-server", "valkey-server"].into_iter().find(found);
    let program = program.expect("neither redis-server nor valkey-server is installed; `make test` installs one");
    let port = closed_port();
    let server = Guarded::start(&format!(
        "{program} --port {port} --bind 127.0.0.1 --databases {DATABASES} --save '' --appendonly no"
    ));
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "{program} does not listen");
        std::thread::yield_now();
    }
    (server, port)
}
