//! A TCP proxy before a backend. It counts round trips, adds a delay to responses, and closes
//! connections.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
    task::{AbortHandle, JoinHandle},
};

/// A proxy. Connections are closed when the value is dropped.
pub(crate) struct TcpProxy {
    /// Host and port.
    pub(crate) address: String,
    state: Arc<State>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    round_trips: AtomicU64,
    delay_us: AtomicU64,
    delayed_us: AtomicU64,
    connections: Mutex<Vec<AbortHandle>>,
}

impl TcpProxy {
    /// Starts a proxy before `upstream` on an unused port.
    pub(crate) async fn start(upstream: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let state = Arc::new(State::default());
        let server = tokio::spawn(accept(listener, upstream, state.clone()));
        Ok(Self { address, state, server })
    }

    /// Returns the round trips since the last call: requests that followed a response, or that were
    /// the first of a connection.
    pub(crate) fn take_round_trips(&self) -> u64 {
        self.state.round_trips.swap(0, Ordering::Relaxed)
    }

    /// Delays every response by at least this long.
    pub(crate) fn set_delay(&self, delay: Duration) {
        self.state.delay_us.store(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Returns the time by which responses were delayed since the last call.
    pub(crate) fn take_delayed(&self) -> Duration {
        Duration::from_micros(self.state.delayed_us.swap(0, Ordering::Relaxed))
    }

    /// Closes all connections. New ones are accepted.
    pub(crate) fn close_connections(&self) {
        for connection in self.state.connections.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            connection.abort();
        }
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        self.server.abort();
        self.close_connections();
    }
}

async fn accept(listener: TcpListener, upstream: String, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        let (upstream, shared) = (upstream.clone(), state.clone());
        let connection = tokio::spawn(async move {
            let _closed = forward(client, &upstream, &shared).await;
        });
        state.connections.lock().unwrap_or_else(PoisonError::into_inner).push(connection.abort_handle());
    }
}

async fn forward(client: TcpStream, upstream: &str, state: &State) -> Result<()> {
    let server = TcpStream::connect(upstream).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let mut buffers = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut awaits_response = false;
    loop {
        tokio::select! {
            length = from_client.read(&mut buffers.0) => {
                let length = length?;
                if length > 0 && !awaits_response {
                    state.round_trips.fetch_add(1, Ordering::Relaxed);
                }
                awaits_response = true;
                if !pass_on(length, &buffers.0, &mut to_server).await? {
                    return Ok(());
                }
            }
            length = from_server.read(&mut buffers.1) => {
                if awaits_response {
                    state.delay().await;
                }
                awaits_response = false;
                if !pass_on(length?, &buffers.1, &mut to_client).await? {
                    return Ok(());
                }
            }
        }
    }
}

async fn pass_on(length: usize, buffer: &[u8], to: &mut OwnedWriteHalf) -> Result<bool> {
    to.write_all(&buffer[..length]).await?;
    Ok(length > 0)
}

impl State {
    #[expect(clippy::disallowed_methods, reason = "the network that the delay stands for")]
    async fn delay(&self) {
        let delay = Duration::from_micros(self.delay_us.load(Ordering::Relaxed));
        if delay.is_zero() {
            return;
        }
        let started = Instant::now();
        tokio::time::sleep(delay).await;
        let delayed = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.delayed_us.fetch_add(delayed, Ordering::Relaxed);
    }
}
