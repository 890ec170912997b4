use std::{
    io::{Error, Result},
    sync::Arc,
};

use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{Fault, Shared, message::Message};

pub(super) async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        // First whether it is cut, then what the fault is: one of them sees a fault that is set meanwhile.
        let mut cut = shared.cut.lock().unwrap().subscribe();
        if *shared.fault.borrow() == Fault::Refuse {
            shared.count(|crossed| crossed.refused += 1);
            continue;
        }
        let shared = shared.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ended_or_broken = converse(client, &shared) => {}
                _ = cut.changed() => {}
            }
        });
    }
}

/// Request by request, until either side has had enough.
async fn converse(client: TcpStream, shared: &Shared) -> Result<()> {
    client.set_nodelay(true)?;
    let mut client = BufReader::new(client);
    while let Some(request) = Message::read(&mut client).await? {
        let fault = *shared.fault.borrow();
        if fault == Fault::Hang {
            let mut faults = shared.fault.subscribe();
            faults.wait_for(|fault| *fault != Fault::Hang).await.map_err(Error::other)?;
        }
        let answer = ask(&shared.behind, &request).await?;
        if request.sends() && shared.is_doubled() {
            ask(&shared.behind, &request).await?;
        }
        if fault != Fault::None {
            shared.count(|crossed| crossed.unanswered += 1);
            return Ok(());
        }
        client.write_all(&answer.bytes).await?;
    }
    Ok(())
}

async fn ask(behind: &str, request: &Message) -> Result<Message> {
    let mut server = TcpStream::connect(behind).await?;
    server.set_nodelay(true)?;
    server.write_all(&request.bytes).await?;
    Message::read(&mut BufReader::new(server)).await?.ok_or_else(|| Error::other("no answer"))
}
