//! Redis: the real server, `redis-server` or `valkey-server`, whichever is installed. It keeps nothing on disk, as deployed:
//! there is nothing in it that the table does not know, and what is out of date is better gone.

use std::{io, path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
};

use crate::{folder::Folder, ports::Port, supervise::Supervisor, wait};

pub(crate) async fn start(supervisor: &Supervisor, folder: &Folder, port: Port) -> Result<()> {
    let mut command = Command::new(installed().await?);
    command.args(["--bind", "127.0.0.1", "--port", &port.number.to_string()]);
    command.args(["--appendonly", "no", "--save", "", "--daemonize", "no"]);
    let advice = "The functions go on without Redis. `make redis` starts it again.";
    supervisor.spare("Redis", &mut command, &folder.log("redis"), advice)?;
    ensure!(wait::until(Duration::from_secs(20), async || answers(port).await).await, "Redis does not answer");
    Ok(())
}

pub(crate) fn url(port: Port) -> String {
    format!("redis://{port}/")
}

async fn installed() -> Result<&'static Path> {
    for program in ["redis-server", "valkey-server"] {
        let version = Command::new(program).arg("--version").stdout(Stdio::null()).status().await;
        if version.is_ok() {
            return Ok(Path::new(program));
        }
    }
    Err(io::Error::from(io::ErrorKind::NotFound)).context("redis-server is not installed; `make setup` installs it")
}

/// Asks in the protocol's inline form, <https://redis.io/docs/latest/develop/reference/protocol-spec/>. While Redis still
/// reads its file it answers with an error.
async fn answers(port: Port) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(port.address()).await?;
        stream.write_all(b"PING\r\n").await?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).await?;
        io::Result::Ok(&answer == b"+PONG")
    };
    tokio::time::timeout(Duration::from_secs(1), ask).await.is_ok_and(|answer| answer.unwrap_or(false))
}
