use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rustix::process::{Signal, kill_process};

use tempfile::TempDir;

use super::guarded::Guarded;

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

/// A real server, empty when it starts. A test that breaks it has one of its own.
pub(crate) struct RedisServer {
    pub(crate) port: u16,
    options: String,
    process: Guarded,
    #[expect(dead_code, reason = "held until the end")]
    /// Where it works: a replica writes what it is sent to a file before it reads it.
    folder: TempDir,
}

impl RedisServer {
    /// Starts it with these options, which must not need quoting.
    pub(crate) fn start(options: &str) -> Self {
        Self::start_at(closed_port(), options)
    }

    pub(crate) fn start_at(port: u16, options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("--dir {} {options}", folder.path().display());
        Self { port, process: start(port, &options), options, folder }
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
        self.process = start(self.port, &self.options);
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

/// Runs a command on the database with this address and gives its answer.
pub(crate) fn command(url: &str, words: &[&str]) -> String {
    let (address, database) = url.strip_prefix("redis://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    if !database.is_empty() {
        stream.write_all(&encode(&["SELECT", database])).unwrap();
        assert_eq!(answer(&mut answers), "OK");
    }
    stream.write_all(&encode(words)).unwrap();
    answer(&mut answers)
}

/// As the protocol has it: <https://valkey.io/topics/protocol/>.
fn encode(words: &[&str]) -> Vec<u8> {
    let words: Vec<String> = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    format!("*{}\r\n{}", words.len(), words.concat()).into_bytes()
}

fn answer(answers: &mut impl BufRead) -> String {
    let mut line = String::new();
    answers.read_line(&mut line).unwrap();
    let (kind, rest) = line.trim_end().split_at(1);
    match kind {
        "+" | "-" | ":" => rest.to_owned(),
        "$" if rest == "-1" => String::new(),
        "$" => {
            let mut text = vec![0; rest.parse::<usize>().unwrap() + 2];
            answers.read_exact(&mut text).unwrap();
            String::from_utf8_lossy(&text[..text.len() - 2]).into_owned()
        }
        "*" => (0..rest.parse().unwrap()).map(|_| answer(answers)).collect::<Vec<_>>().join(" "),
        other => panic!("{other}{rest}"),
    }
}

fn start(port: u16, options: &str) -> Guarded {
    let found = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let program = ["redis-server", "valkey-server"].into_iter().find(found);
    let program = program.expect("neither redis-server nor valkey-server is installed; `make test` installs one");
    let server =
        Guarded::start(&format!("{program} --port {port} --bind 127.0.0.1 --save '' --appendonly no {options}"));
    wait_for("Redis", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    server
}

/// Until it is so, which takes milliseconds.
pub(crate) fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::yield_now();
    }
}
