//! A gateway before a real Redis that authenticates with IAM and ends connections, as `ElastiCache`
//! does.

mod token;

use std::{
    collections::VecDeque,
    mem::{replace, take},
    net::TcpListener,
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use shared::config::RedisIamConfig;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional},
    net::TcpStream,
    runtime::Runtime,
    sync::watch,
};

use super::{
    redis_client::{RedisUrl, first_command, split_url},
    time::TestClock,
    wait,
};
use token::Account;
pub(crate) use token::TokenError;

/// When a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// At once, while it is idle.
    Idle,
    /// When the next command arrives, which is not executed.
    BeforeCommand,
    /// When the next command has been executed, before its reply.
    AfterCommand,
}

/// The gateway. It runs on a thread of its own, which ends when the value is dropped.
pub(crate) struct RedisGateway {
    url: String,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

/// State that all connections share.
struct Shared {
    address: String,
    account: Account,
    clock: Mutex<TestClock>,
    log: Mutex<GatewayLog>,
    /// Each connection subscribes to the sender that is current when it opens.
    ending: Mutex<watch::Sender<Option<Ending>>>,
    /// The endings of the next connections, which apply as soon as they have authenticated.
    next_endings: Mutex<VecDeque<Ending>>,
}

/// The connections and tokens that the gateway has received.
#[derive(Default)]
pub(crate) struct GatewayLog {
    /// The number of connections that were opened.
    pub(crate) connections: usize,
    /// The accepted tokens, in order.
    pub(crate) tokens: Vec<String>,
    /// The reasons for which tokens were refused, in order.
    pub(crate) refusals: Vec<TokenError>,
}

impl RedisGateway {
    /// Starts a gateway to the Redis at `redis://host:port/database`, which needs no password.
    pub(crate) fn start(url: &str) -> Self {
        let RedisUrl { address, database, .. } = split_url(url);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let account = Account::local();
        let url = format!("redis://{}@{}/{database}", account.user, listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            address: address.to_owned(),
            account,
            clock: Mutex::new(TestClock::new()),
            log: Mutex::default(),
            ending: Mutex::new(watch::Sender::new(None)),
            next_endings: Mutex::default(),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(serve(listener, shared.clone()));
        Self { url, shared, runtime: Some(runtime) }
    }

    /// The URL of the gateway, with the user and without a password.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The configuration of functions that may connect.
    pub(crate) fn iam_config(&self) -> RedisIamConfig {
        let Account { cache, user, .. } = &self.shared.account;
        RedisIamConfig { cache: cache.clone(), user: user.clone() }
    }

    /// Sets the clock by which tokens expire.
    pub(crate) fn set_clock(&self, clock: &TestClock) {
        *self.shared.clock.lock().unwrap() = clock.clone();
    }

    /// Ends all open connections, and no later ones. Returns when idle ones are closed and the others
    /// wait for their last command.
    pub(crate) fn end_connections(&self, ending: Ending) {
        let sender = replace(&mut *self.shared.ending.lock().unwrap(), watch::Sender::new(None));
        sender.send_replace(Some(ending));
        wait::until("the connections to end", || sender.receiver_count() == 0);
    }

    /// Ends as many later connections as there are endings, one each.
    pub(crate) fn end_next_connections(&self, endings: &[Ending]) {
        self.shared.next_endings.lock().unwrap().extend(endings);
    }

    /// Returns what the gateway has seen since the last call.
    pub(crate) fn take_log(&self) -> GatewayLog {
        take(&mut self.shared.log.lock().unwrap())
    }
}

impl Drop for RedisGateway {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let ending = shared.ending.lock().unwrap().subscribe();
        shared.log.lock().unwrap().connections += 1;
        tokio::spawn(serve_connection(client, shared.clone(), ending));
    }
}

/// Serves a connection until it ends. Dropping `ending` signals that the connection is closed or
/// waits for its last command.
async fn serve_connection(mut client: TcpStream, shared: Arc<Shared>, mut ending: watch::Receiver<Option<Ending>>) {
    client.set_nodelay(true).unwrap();
    let Some(rest) = authenticate(&mut client, &shared).await else { return };
    let mut server = TcpStream::connect(&shared.address).await.unwrap();
    server.set_nodelay(true).unwrap();
    server.write_all(&rest).await.unwrap();
    let next_ending = shared.next_endings.lock().unwrap().pop_front();
    let mode = if let Some(mode) = next_ending {
        mode
    } else {
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut server) => return,
            mode = ending.wait_for(Option::is_some) => mode.ok().and_then(|mode| *mode).unwrap_or(Ending::Idle),
        }
    };
    if mode == Ending::Idle {
        drop((client, server));
        drop(ending);
    } else {
        drop(ending);
        forward_until_command(mode, client, server).await;
    }
}

/// Forwards replies until a command arrives, which is executed or not.
async fn forward_until_command(mode: Ending, mut client: TcpStream, mut server: TcpStream) {
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) = (client.split(), server.split());
    let mut command = vec![0; 64 * 1024];
    let length = tokio::select! {
        read = from_client.read(&mut command) => read.unwrap_or_default(),
        _ = copy(&mut from_server, &mut to_client) => return,
    };
    if mode == Ending::AfterCommand && to_server.write_all(&command[..length]).await.is_ok() {
        let _reply = from_server.read(&mut command).await;
    }
}

/// Reads `AUTH user token` and replies. Returns the bytes that the client sent after it, or `None`
/// if the token is refused or the client leaves.
async fn authenticate(client: &mut TcpStream, shared: &Shared) -> Option<Vec<u8>> {
    let (mut chunk, mut unread) = (vec![0; 4096], Vec::new());
    let words = loop {
        if let Some((words, length)) = first_command(&unread) {
            unread.drain(..length);
            break words;
        }
        let length = client.read(&mut chunk).await.ok().filter(|length| *length > 0)?;
        unread.extend_from_slice(&chunk[..length]);
    };
    let now: Timestamp = shared.clock.lock().unwrap().clock().now();
    let verified = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["AUTH", user, token] if user == shared.account.user => shared.account.verify(token, now).map(|()| token),
        _ => Err(TokenError::Missing),
    };
    let reply = match verified {
        Ok(token) => {
            shared.log.lock().unwrap().tokens.push(token.to_owned());
            "+OK\r\n"
        }
        Err(error) => {
            shared.log.lock().unwrap().refusals.push(error);
            "-WRONGPASS invalid username-password pair or user is disabled.\r\n"
        }
    };
    client.write_all(reply.as_bytes()).await.ok()?;
    verified.is_ok().then_some(unread)
}
