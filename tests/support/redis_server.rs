use std::{io::ErrorKind, net::TcpStream, path::Path, process::Command, time::Duration};

use rustix::process::{Signal, kill_process};

use super::{
    guarded::Guarded,
    redis::{closed_port, command, wait_for},
    redis_client::RedisClient,
};

/// A real server, empty when it starts. A test that breaks it has one of its own.
pub(crate) struct RedisServer {
    pub(crate) port: u16,
    options: String,
    process: Guarded,
}

impl RedisServer {
    /// Starts it with these options, which must not need quoting.
    pub(crate) fn start(options: &str) -> Self {
        Self::start_with(|| options.to_owned())
    }

    /// Starts it with options that name ports of their own. A port that was free a moment ago may not be any more; then it
    /// tries others.
    pub(crate) fn start_with(options: impl Fn() -> String) -> Self {
        let mut said = String::new();
        for _ in 0..5 {
            let (port, options) = (closed_port(), options());
            match start(port, &options) {
                Ok(process) => return Self { port, options, process },
                Err(error) => said = error,
            }
        }
        panic!("Redis does not start:\n{said}");
    }

    pub(crate) fn start_at(port: u16, options: &str) -> Self {
        Self { port, options: options.to_owned(), process: start(port, options).unwrap() }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// `kill -9`.
    pub(crate) fn kill(&self) {
        self.signal(Signal::KILL);
        wait_for("the end of Redis", || TcpStream::connect(("127.0.0.1", self.port)).is_err());
    }

    /// Starts it again at the same address.
    pub(crate) fn start_again(&mut self) {
        self.process = start(self.port, &self.options).unwrap();
    }

    /// Stops it, or lets it go on.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.process.pid, signal).unwrap();
    }

    /// Runs a command and gives its answer.
    pub(crate) fn command(&self, words: &[&str]) -> String {
        command(&self.url(), words)
    }
}

/// Nothing is written to a disk, from where it would be read again, not even what a replica is sent, and a replica does not wait for others.
const IN_MEMORY: &str = "--save '' --appendonly no --repl-diskless-load swapdb --repl-diskless-sync yes \
                         --repl-diskless-sync-delay 0";

fn start(port: u16, options: &str) -> Result<Guarded, String> {
    let found = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let program = ["redis-server", "valkey-server"].into_iter().find(found);
    let program = program.expect("neither redis-server nor valkey-server is installed; `make test` installs one");
    let command = format!("{program} --port {port} --bind 127.0.0.1 {IN_MEMORY} {options}");
    // It listens before it knows that it can start.
    Guarded::start(&command, "Ready to accept connections")
}

#[test]
fn a_killed_server_refuses_and_comes_back_empty_at_the_same_address() {
    let mut server = RedisServer::start("");
    let url = server.url();
    assert_eq!(server.command(&["SET", "a", "1"]), "OK");
    let mut client = RedisClient::connect(&url).unwrap();
    server.kill();
    assert_eq!(RedisClient::connect(&url).err().unwrap().kind(), ErrorKind::ConnectionRefused);
    assert_ne!(client.answer().unwrap_err().kind(), ErrorKind::WouldBlock, "the connection is still there");
    server.start_again();
    assert_eq!((server.url(), server.command(&["GET", "a"])), (url, String::new()));
}

#[test]
fn a_stopped_server_hangs_and_then_answers() {
    let server = RedisServer::start("");
    let mut client = RedisClient::connect(&server.url()).unwrap();
    server.signal(Signal::STOP);
    client.send(&[&["PING"]]).unwrap();
    client.wait_at_most(Duration::from_millis(50));
    assert_eq!(client.answer().unwrap_err().kind(), ErrorKind::WouldBlock);
    server.signal(Signal::CONT);
    client.wait_at_most(Duration::from_secs(5));
    assert_eq!(client.answer().unwrap(), "PONG");
}

#[test]
fn a_server_is_gone_with_its_value_even_if_it_was_stopped() {
    let server = RedisServer::start("");
    let port = server.port;
    server.signal(Signal::STOP);
    drop(server);
    wait_for("the end of Redis", || TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_port_that_is_taken_is_an_error_that_says_so() {
    let server = RedisServer::start("");
    let said = start(server.port, "").err().unwrap();
    assert!(said.contains("Address already in use"), "{said}");
    assert_eq!(server.command(&["PING"]), "PONG");
}

#[test]
fn a_replica_leaves_no_file_behind() {
    let primary = RedisServer::start("");
    primary.command(&["SET", "a", "1"]);
    let replica = RedisServer::start(&format!("--replicaof 127.0.0.1 {}", primary.port));
    wait_for("the replica", || replica.command(&["GET", "a"]) == "1");
    let folder = replica.command(&["CONFIG", "GET", "dir"]).replacen("dir ", "", 1);
    assert!(!Path::new(&folder).join("dump.rdb").exists(), "every server that starts in {folder} reads it");
}
