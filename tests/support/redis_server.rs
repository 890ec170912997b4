use std::{io::ErrorKind, net::TcpStream, path::Path, process::Command, time::Duration};

use rustix::process::{Signal, kill_process};

use super::{
    background_process::BackgroundProcess, ports::unused_port, redis::command, redis_client::RedisClient, wait,
};

/// A real Redis server, empty when it starts. A test that breaks Redis starts its own.
pub(crate) struct RedisServer {
    pub(crate) port: u16,
    options: String,
    process: BackgroundProcess,
}

impl RedisServer {
    /// Starts a server with these options, which must not need quoting.
    pub(crate) fn start(options: &str) -> Self {
        Self::start_with(|| options.to_owned())
    }

    /// Starts a server with options that name further ports. Another program may take a port
    /// between the choice and the start, so up to five starts are tried with new options.
    pub(crate) fn start_with(options: impl Fn() -> String) -> Self {
        let mut output = String::new();
        for _ in 0..5 {
            let (port, options) = (unused_port(), options());
            match start(port, &options) {
                Ok(process) => return Self { port, options, process },
                Err(error) => output = error,
            }
        }
        panic!("Redis does not start:\n{output}");
    }

    pub(crate) fn start_at(port: u16, options: &str) -> Self {
        Self { port, options: options.to_owned(), process: start(port, options).unwrap() }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Kills the server (`kill -9`) and waits until it is gone.
    pub(crate) fn kill(&self) {
        self.signal(Signal::KILL);
        wait::until("Redis to end", || TcpStream::connect(("127.0.0.1", self.port)).is_err());
    }

    /// Starts the server again on the same port.
    pub(crate) fn restart(&mut self) {
        self.process = start(self.port, &self.options).unwrap();
    }

    /// Sends a signal to the server, such as `STOP` or `CONT`.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.process.pid, signal).unwrap();
    }

    /// Runs a command and returns the reply.
    pub(crate) fn command(&self, words: &[&str]) -> String {
        command(&self.url(), words)
    }
}

/// Nothing is written to disk, not even the data that a replica receives: the next server would
/// load it. A replica starts to synchronize without waiting for other replicas.
const IN_MEMORY: &str = "--save '' --appendonly no --repl-diskless-load swapdb --repl-diskless-sync yes \
                         --repl-diskless-sync-delay 0";

fn start(port: u16, options: &str) -> Result<BackgroundProcess, String> {
    let is_installed = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let program = ["redis-server", "valkey-server"].into_iter().find(is_installed);
    let program = program.expect("neither redis-server nor valkey-server is installed; `make test` installs one");
    let command = format!("{program} --port {port} --bind 127.0.0.1 {IN_MEMORY} {options}");
    // Redis listens before it has finished its checks, so an open port is not enough.
    BackgroundProcess::start(&command, "Ready to accept connections")
}

#[test]
fn a_killed_server_refuses_connections_and_restarts_empty_on_the_same_port() {
    let mut server = RedisServer::start("");
    let url = server.url();
    assert_eq!(server.command(&["SET", "a", "1"]), "OK");
    let mut client = RedisClient::connect(&url).unwrap();
    server.kill();
    assert_eq!(RedisClient::connect(&url).err().unwrap().kind(), ErrorKind::ConnectionRefused);
    assert_ne!(client.reply().unwrap_err().kind(), ErrorKind::WouldBlock, "the connection is still open");
    server.restart();
    assert_eq!((server.url(), server.command(&["GET", "a"])), (url, String::new()));
}

#[test]
fn a_stopped_server_replies_after_it_continues() {
    let server = RedisServer::start("");
    let mut client = RedisClient::connect(&server.url()).unwrap();
    server.signal(Signal::STOP);
    client.send(&[&["PING"]]).unwrap();
    client.set_read_timeout(Duration::from_millis(50));
    assert_eq!(client.reply().unwrap_err().kind(), ErrorKind::WouldBlock);
    server.signal(Signal::CONT);
    client.set_read_timeout(Duration::from_secs(5));
    assert_eq!(client.reply().unwrap(), "PONG");
}

#[test]
fn dropping_the_value_kills_even_a_stopped_server() {
    let server = RedisServer::start("");
    let port = server.port;
    server.signal(Signal::STOP);
    drop(server);
    wait::until("Redis to end", || TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_port_in_use_is_an_error_that_names_the_cause() {
    let server = RedisServer::start("");
    let output = start(server.port, "").err().unwrap();
    assert!(output.contains("Address already in use"), "{output}");
    assert_eq!(server.command(&["PING"]), "PONG");
}

#[test]
fn a_replica_leaves_no_file_behind() {
    let primary = RedisServer::start("");
    primary.command(&["SET", "a", "1"]);
    let replica = RedisServer::start(&format!("--replicaof 127.0.0.1 {}", primary.port));
    wait::until("the replica to synchronize", || replica.command(&["GET", "a"]) == "1");
    let folder = replica.command(&["CONFIG", "GET", "dir"]).replacen("dir ", "", 1);
    assert!(!Path::new(&folder).join("dump.rdb").exists(), "every server that starts in {folder} would load it");
}
