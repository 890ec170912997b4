//! Redis: a real server, empty when it starts.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A server. Dropping the value kills it.
pub(crate) struct Redis {
    /// Host and port.
    pub(crate) address: String,
    process: Child,
}

impl Redis {
    /// Starts `redis-server` or `valkey-server` on an unused port.
    pub(crate) async fn start() -> Result<Self> {
        let is_installed = |name: &&str| Command::new(name).arg("--version").output().is_ok();
        let program = ["redis-server", "valkey-server"].into_iter().find(is_installed);
        let program = program.context("redis-server is not installed; `make setup` installs it")?;
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let mut command = Command::new(program);
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"]);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let output = BufReader::new(process.stdout.take().context("no output")?);
        // The rest of the output is a few lines, which the pipe holds.
        for line in output.lines() {
            if line?.contains("Ready to accept connections") {
                return Ok(Self { address: format!("127.0.0.1:{port}"), process });
            }
        }
        let _already_ended = process.kill();
        bail!("Redis does not start")
    }

    /// Deletes the generations of all users, and with them the cached pages: the next list is a
    /// miss.
    pub(crate) async fn forget_pages(&self) -> Result<()> {
        self.send("EVAL \"for _,k in ipairs(redis.call('KEYS','*:generation')) do redis.call('DEL',k) end\" 0\r\n")
            .await
    }

    /// Sends an inline command and waits for the response.
    async fn send(&self, command: &str) -> Result<()> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.write_all(command.as_bytes()).await?;
        let mut response = [0; 256];
        let length = stream.read(&mut response).await?;
        if response[..length].starts_with(b"-") {
            bail!("Redis: {}", String::from_utf8_lossy(&response[..length]));
        }
        Ok(())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _already_ended = self.process.kill();
        let _status = self.process.wait();
    }
}
