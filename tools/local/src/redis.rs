//! Redis: a real server, `redis-server` or `valkey-server`, whichever is installed. As deployed, it
//! writes nothing to disk: it holds only copies of the table's data, and copies from an earlier run
//! would be stale.

use std::{io, path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
};

use crate::{data_dir::DataDir, ports::Port, supervisor::Supervisor, wait};

pub(crate) async fn start(supervisor: &Supervisor, data_dir: &DataDir, port: Port) -> Result<()> {
    let mut command = Command::new(installed_server().await?);
    command.args(["--bind", "127.0.0.1", "--port", &port.number.to_string()]);
    command.args(["--appendonly", "no", "--save", "", "--daemonize", "no"]);
    let advice = "The functions continue without Redis. Run `make redis` to start it again.";
    supervisor.spawn_optional("Redis", &mut command, &data_dir.log("redis"), advice)?;
    ensure!(wait::until(Duration::from_secs(20), async || answers_ping(port).await).await, "Redis does not respond");
    Ok(())
}

pub(crate) fn url(port: Port) -> String {
    format!("redis://{port}/")
}

async fn installed_server() -> Result<&'static Path> {
    for program in ["redis-server", "valkey-server"] {
        let version = Command::new(program).arg("--version").stdout(Stdio::null()).status().await;
        if version.is_ok() {
            return Ok(Path::new(program));
        }
    }
    Err(io::Error::from(io::ErrorKind::NotFound)).context("redis-server is not installed; `make setup` installs it")
}

/// Sends an inline `PING`, <https://redis.io/docs/latest/develop/reference/protocol-spec/>. Redis
/// replies with an error while it loads data.
async fn answers_ping(port: Port) -> bool {
    let ping = async {
        let mut stream = TcpStream::connect(port.address()).await?;
        stream.write_all(b"PING\r\n").await?;
        let mut reply = [0; 5];
        stream.read_exact(&mut reply).await?;
        io::Result::Ok(&reply == b"+PONG")
    };
    tokio::time::timeout(Duration::from_secs(1), ping).await.is_ok_and(|reply| reply.unwrap_or(false))
}
