use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
    time::timeout,
};

use super::{Fault, Shared};
use crate::support::{breakpoints::Exchange, redis_client::first_command};

/// The commands that set up a connection. Requests do not wait for them once the connection is
/// open.
const HANDSHAKE: [&str; 5] = ["AUTH", "CLIENT", "HELLO", "SCRIPT", "SELECT"];

/// The commands of one connection that have no reply yet.
#[derive(Default)]
struct Pending {
    names: Mutex<Vec<String>>,
    exchanges: Mutex<Vec<Exchange>>,
}

/// One connection's view of the faults.
struct ConnectionFaults {
    shared: Arc<Shared>,
    black_hole: watch::Receiver<bool>,
}

pub(super) async fn serve(listener: std::net::TcpListener, server: String, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        // Subscribe before reading the fault, so that one of the two shows a fault that is set in
        // between.
        let close = shared.close.lock().unwrap().subscribe();
        let black_hole = shared.black_hole.lock().unwrap().subscribe();
        let faults = ConnectionFaults { shared: shared.clone(), black_hole };
        tokio::spawn(serve_connection(client, server.clone(), faults, close));
    }
}

impl ConnectionFaults {
    /// Returns the fault for data that has just arrived, once it does not hang any more.
    async fn current(&self) -> Fault {
        let mut faults = self.shared.fault.subscribe();
        let fault = faults.wait_for(|fault| *fault != Fault::Hang).await.map_or(Fault::Drop, |fault| *fault);
        if *self.black_hole.borrow() { Fault::Drop } else { fault }
    }
}

async fn serve_connection(client: TcpStream, server: String, faults: ConnectionFaults, mut close: watch::Receiver<()>) {
    if *faults.shared.fault.borrow() == Fault::Refuse {
        return;
    }
    // Nothing of the connection may outlive `close`: dropping the receiver signals that the
    // connection is closed.
    let connection = async {
        let Ok(server) = TcpStream::connect(server).await else { return };
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        let pending = Pending::default();
        tokio::select! {
            () = forward_commands(from_client, to_server, &pending, &faults) => {}
            () = forward_replies(from_server, to_client, &pending, &faults) => {}
        }
    };
    tokio::select! {
        () = connection => {}
        _ = close.changed() => {}
    }
}

async fn forward_commands(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    pending: &Pending,
    faults: &ConnectionFaults,
) {
    let shared = &faults.shared;
    let (mut chunk, mut unread) = (vec![0; 64 * 1024], Vec::new());
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        unread.extend_from_slice(&chunk[..length]);
        let mut names = Vec::new();
        while let Some((command, size)) = first_command(&unread) {
            unread.drain(..size);
            names.extend(record(command, pending, shared));
        }
        if !names.is_empty() {
            let exchange = shared.breakpoints.request_arrived(&format!("Redis {}", names.join(" "))).await;
            let Some(exchange) = exchange else { continue };
            pending.exchanges.lock().unwrap().push(exchange);
        }
        if faults.current().await != Fault::Drop && to.write_all(&chunk[..length]).await.is_err() {
            return;
        }
    }
}

/// Records a command. Returns its name, unless it sets up the connection.
fn record(command: Vec<String>, pending: &Pending, shared: &Shared) -> Option<String> {
    let name = command.first()?.to_uppercase();
    let mut recorded = shared.recorded.lock().unwrap();
    if HANDSHAKE.contains(&name.as_str()) {
        recorded.handshake.push(command);
        return None;
    }
    recorded.commands.push(command);
    pending.names.lock().unwrap().push(name.clone());
    Some(name)
}

async fn forward_replies(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    pending: &Pending,
    faults: &ConnectionFaults,
) {
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        let fault = faults.current().await;
        if fault == Fault::Drop {
            continue;
        }
        if let Fault::Slow(delay) = fault {
            let _elapsed = timeout(delay, std::future::pending::<()>()).await;
        }
        let mut is_dropped = false;
        let exchanges = std::mem::take(&mut *pending.exchanges.lock().unwrap());
        for exchange in exchanges {
            is_dropped |= !exchange.response_arrived().await;
        }
        if is_dropped {
            continue;
        }
        let answered = std::mem::take(&mut *pending.names.lock().unwrap());
        if !answered.is_empty() {
            faults.shared.recorded.lock().unwrap().round_trips.push(answered);
        }
        if to.write_all(&chunk[..length]).await.is_err() {
            return;
        }
    }
}
