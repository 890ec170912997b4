use std::{
    io::{Error, Result},
    sync::Arc,
};

use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{Fault, Shared, message::HttpMessage};

pub(super) async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        // Subscribe before reading the fault, so that one of the two shows a fault that is set in
        // between.
        let mut close = shared.close.lock().unwrap().subscribe();
        if *shared.fault.borrow() == Fault::Refuse {
            shared.count(|traffic| traffic.refused += 1);
            continue;
        }
        let shared = shared.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ended_or_broken = serve_connection(client, &shared) => {}
                _ = close.changed() => {}
            }
        });
    }
}

/// Forwards one request after the other until the client closes the connection or a fault does.
async fn serve_connection(client: TcpStream, shared: &Shared) -> Result<()> {
    client.set_nodelay(true)?;
    let mut client = BufReader::new(client);
    while let Some(request) = HttpMessage::read(&mut client).await? {
        let fault = *shared.fault.borrow();
        if fault == Fault::Hang {
            let mut faults = shared.fault.subscribe();
            faults.wait_for(|fault| *fault != Fault::Hang).await.map_err(Error::other)?;
        }
        let response = forward(&shared.upstream, &request).await?;
        if request.is_send_message() && shared.count_message() {
            forward(&shared.upstream, &request).await?;
        }
        if fault != Fault::None {
            shared.count(|traffic| traffic.unanswered += 1);
            return Ok(());
        }
        client.write_all(&response.bytes).await?;
    }
    Ok(())
}

async fn forward(upstream: &str, request: &HttpMessage) -> Result<HttpMessage> {
    let mut server = TcpStream::connect(upstream).await?;
    server.set_nodelay(true)?;
    server.write_all(&request.bytes).await?;
    HttpMessage::read(&mut BufReader::new(server)).await?.ok_or_else(|| Error::other("no response"))
}
