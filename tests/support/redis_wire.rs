//! What stands between the functions and Redis: it notes what crosses the wire and can break it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    runtime::Runtime,
    sync::watch,
    time::timeout,
};

/// What happens to what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: it gets through.
    None,
    /// It is held back until the fault is over, and then gets through, as when Redis is stopped.
    Hang,
    /// It is lost, as when the network is.
    Lose,
    /// Connections are closed at once.
    Refuse,
    /// Answers take so long.
    Slow(Duration),
}

/// A proxy before a Redis. It runs on a thread of its own and dies with the value.
pub(crate) struct RedisWire {
    url: String,
    seen: Arc<Mutex<Seen>>,
    fault: watch::Sender<Fault>,
    cuts: watch::Sender<usize>,
    stranded: watch::Sender<usize>,
    runtime: Option<Runtime>,
}

#[derive(Default)]
struct Seen {
    /// What was sent and not answered yet.
    asked: Vec<String>,
    round_trips: Vec<Vec<String>>,
}

/// What a connection is set up with; requests do not wait for it once it stands.
const SET_UP: [&str; 5] = ["AUTH", "CLIENT", "HELLO", "SCRIPT", "SELECT"];

impl RedisWire {
    /// Before the Redis with this address, `redis://host:port/database`.
    pub(crate) fn before(url: &str) -> Self {
        let (behind, database) = url.strip_prefix("redis://").unwrap().split_once('/').unwrap();
        let (behind, database) = (behind.to_owned(), database.to_owned());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("redis://{}/{database}", listener.local_addr().unwrap());
        let (seen, (fault, faults)) = (Arc::<Mutex<Seen>>::default(), watch::channel(Fault::None));
        let ((cuts, cut), (stranded, strand)) = (watch::channel(0), watch::channel(0));
        let noted = seen.clone();
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(pass_on(
                    client,
                    behind.clone(),
                    noted.clone(),
                    faults.clone(),
                    cut.clone(),
                    strand.clone(),
                ));
            }
        });
        Self { url, seen, fault, cuts, stranded, runtime: Some(runtime) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }

    /// Closes the connections that there are, as a peer does that has waited long enough.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Loses from now on what the connections carry that there are; new ones are well.
    pub(crate) fn strand(&self) {
        self.stranded.send_modify(|stranded| *stranded += 1);
    }

    /// The round trips since the last time, each with the commands that went together. What sets a connection up is not
    /// counted.
    pub(crate) fn take_round_trips(&self) -> Vec<Vec<String>> {
        std::mem::take(&mut self.seen.lock().unwrap().round_trips)
    }
}

impl Drop for RedisWire {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn pass_on(
    client: TcpStream,
    behind: String,
    seen: Arc<Mutex<Seen>>,
    mut faults: watch::Receiver<Fault>,
    mut cut: watch::Receiver<usize>,
    mut strand: watch::Receiver<usize>,
) {
    cut.mark_unchanged();
    strand.mark_unchanged();
    if *faults.borrow() == Fault::Refuse {
        return;
    }
    let Ok(server) = TcpStream::connect(behind).await else { return };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let lost = AtomicBool::new(false);
    let lose = async {
        let _the_wire_may_be_gone = strand.changed().await;
        lost.store(true, Ordering::Relaxed);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = requests(from_client, to_server, seen.clone(), faults.clone(), &lost) => {}
        () = answers(from_server, to_client, seen, faults.clone(), &lost) => {}
        () = lose => {}
        _ = faults.wait_for(|fault| *fault == Fault::Refuse) => {}
        _ = cut.changed() => {}
    }
}

async fn requests(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    seen: Arc<Mutex<Seen>>,
    mut faults: watch::Receiver<Fault>,
    lost: &AtomicBool,
) {
    let (mut chunk, mut unread) = (vec![0; 64 * 1024], Vec::new());
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        unread.extend_from_slice(&chunk[..length]);
        while let Some((command, size)) = command(&unread) {
            unread.drain(..size);
            if !SET_UP.contains(&command.as_str()) {
                seen.lock().unwrap().asked.push(command);
            }
        }
        let fault = *faults.wait_for(|fault| *fault != Fault::Hang).await.unwrap();
        let is_lost = fault == Fault::Lose || lost.load(Ordering::Relaxed);
        if !is_lost && to.write_all(&chunk[..length]).await.is_err() {
            return;
        }
    }
}

async fn answers(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    seen: Arc<Mutex<Seen>>,
    mut faults: watch::Receiver<Fault>,
    lost: &AtomicBool,
) {
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        let fault = *faults.wait_for(|fault| *fault != Fault::Hang).await.unwrap();
        if let Fault::Slow(delay) = fault {
            let _passed = timeout(delay, std::future::pending::<()>()).await;
        }
        {
            let mut seen = seen.lock().unwrap();
            let asked = std::mem::take(&mut seen.asked);
            if !asked.is_empty() {
                seen.round_trips.push(asked);
            }
        }
        let is_lost = fault == Fault::Lose || lost.load(Ordering::Relaxed);
        if !is_lost && to.write_all(&chunk[..length]).await.is_err() {
            return;
        }
    }
}

/// The name of the first whole command, and how many bytes it takes.
fn command(bytes: &[u8]) -> Option<(String, usize)> {
    let (words, mut at) = number(bytes, 0)?;
    let mut name = None;
    for _ in 0..words {
        let (length, start) = number(bytes, at)?;
        let word = bytes.get(start..start + length + 2)?;
        name.get_or_insert_with(|| String::from_utf8_lossy(&word[..length]).to_uppercase());
        at = start + length + 2;
    }
    Some((name?, at))
}

/// The number in the line that begins at a position, and where the next line begins.
fn number(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let end = at + bytes.get(at..)?.iter().position(|byte| *byte == b'\n')?;
    let number = std::str::from_utf8(&bytes[at + 1..end]).ok()?.trim_end().parse().ok()?;
    Some((number, end + 1))
}
