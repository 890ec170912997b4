use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
    time::timeout,
};

use super::{Fault, Shared};
use crate::support::{redis_client::first_command, steps::Exchange};

/// What a connection is set up with; requests do not wait for it once it stands.
const SET_UP: [&str; 5] = ["AUTH", "CLIENT", "HELLO", "SCRIPT", "SELECT"];

/// What was sent on one connection and not answered yet.
#[derive(Default)]
struct Asked {
    names: Mutex<Vec<String>>,
    exchanges: Mutex<Vec<Exchange>>,
}

pub(super) async fn serve(listener: std::net::TcpListener, behind: String, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        // First whether it is cut, then what the fault is: one of them sees a fault that is set meanwhile.
        let cut = shared.cut.lock().unwrap().subscribe();
        let stranded = shared.stranded.lock().unwrap().subscribe();
        tokio::spawn(pass_on(client, behind.clone(), Way { shared: shared.clone(), stranded }, cut));
    }
}

/// What decides whether something gets through on one connection.
struct Way {
    shared: Arc<Shared>,
    stranded: watch::Receiver<bool>,
}

impl Way {
    /// What happens to what has just come, once it does not hang any more.
    async fn fault(&self) -> Fault {
        let mut faults = self.shared.fault.subscribe();
        let fault = faults.wait_for(|fault| *fault != Fault::Hang).await.map_or(Fault::Lose, |fault| *fault);
        if *self.stranded.borrow() { Fault::Lose } else { fault }
    }
}

async fn pass_on(client: TcpStream, behind: String, way: Way, mut cut: watch::Receiver<()>) {
    if *way.shared.fault.borrow() == Fault::Refuse {
        return;
    }
    // Nothing of the connection may outlive `cut`, by whose end it is known to be closed.
    let connection = async {
        let Ok(server) = TcpStream::connect(behind).await else { return };
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        let asked = Asked::default();
        tokio::select! {
            () = requests(from_client, to_server, &asked, &way) => {}
            () = answers(from_server, to_client, &asked, &way) => {}
        }
    };
    tokio::select! {
        () = connection => {}
        _ = cut.changed() => {}
    }
}

async fn requests(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, asked: &Asked, way: &Way) {
    let (mut chunk, mut unread) = (vec![0; 64 * 1024], Vec::new());
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        unread.extend_from_slice(&chunk[..length]);
        let mut names = Vec::new();
        while let Some((command, size)) = first_command(&unread) {
            unread.drain(..size);
            names.extend(note(command, asked, &way.shared));
        }
        if !names.is_empty() {
            let Some(exchange) = way.shared.steps.asked(&format!("Redis {}", names.join(" "))).await else { continue };
            asked.exchanges.lock().unwrap().push(exchange);
        }
        if way.fault().await != Fault::Lose && to.write_all(&chunk[..length]).await.is_err() {
            return;
        }
    }
}

/// The command's name, unless it sets the connection up.
fn note(command: Vec<String>, asked: &Asked, shared: &Shared) -> Option<String> {
    let name = command.first()?.to_uppercase();
    let mut seen = shared.seen.lock().unwrap();
    if SET_UP.contains(&name.as_str()) {
        seen.set_up.push(command);
        return None;
    }
    seen.commands.push(command);
    asked.names.lock().unwrap().push(name.clone());
    Some(name)
}

async fn answers(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, asked: &Asked, way: &Way) {
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        let fault = way.fault().await;
        if fault == Fault::Lose {
            continue;
        }
        if let Fault::Slow(delay) = fault {
            let _passed = timeout(delay, std::future::pending::<()>()).await;
        }
        let mut is_lost = false;
        let exchanges = std::mem::take(&mut *asked.exchanges.lock().unwrap());
        for exchange in exchanges {
            is_lost |= !exchange.answered().await;
        }
        if is_lost {
            continue;
        }
        let answered = std::mem::take(&mut *asked.names.lock().unwrap());
        if !answered.is_empty() {
            way.shared.seen.lock().unwrap().round_trips.push(answered);
        }
        if to.write_all(&chunk[..length]).await.is_err() {
            return;
        }
    }
}
