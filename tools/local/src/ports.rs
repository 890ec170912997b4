//! The ports of the stack. They are checked before anything starts, and the error names the setting
//! that changes a port.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use anyhow::{Result, bail};

use crate::wait;

/// A port on the loopback address.
#[derive(Clone, Copy)]
pub(crate) struct Port {
    pub(crate) number: u16,
    /// The service on this port, as in `Redis`.
    pub(crate) service: &'static str,
    /// The setting that changes it, as in `REDIS_PORT`.
    pub(crate) setting: &'static str,
}

impl Port {
    /// On the loopback address only, because no service requires a password.
    pub(crate) fn address(self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.number).into()
    }

    pub(crate) fn accepts_connections(self) -> bool {
        TcpStream::connect_timeout(&self.address(), Duration::from_millis(200)).is_ok()
    }

    /// Tries both to connect and to bind. On macOS, binding succeeds beside a listener on all
    /// interfaces. Connecting alone would miss a program that has bound the port and does not
    /// listen yet.
    fn is_free(self) -> bool {
        !self.accepts_connections() && TcpListener::bind(self.address()).is_ok()
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address())
    }
}

/// Checks that the ports are distinct and free. Waits up to `timeout` for a previous stack to
/// release each of them.
pub(crate) async fn ensure_free(ports: &[Port], timeout: Duration) -> Result<()> {
    for (index, port) in ports.iter().enumerate() {
        if let Some(other) = ports[..index].iter().find(|other| other.number == port.number) {
            bail!("{} and {} are both {}", other.setting, port.setting, port.number);
        }
        if !wait::until(timeout, async || port.is_free()).await {
            let Port { number, service, setting } = port;
            let other = number.checked_add(100).unwrap_or(9100);
            bail!(
                "port {number} for {service} is already in use: stop the program that uses it, or choose another port, \
                 for example `make run {setting}={other}`"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: u16) -> Port {
        Port { number, service: "Redis", setting: "REDIS_PORT" }
    }

    #[tokio::test]
    async fn the_error_for_a_port_in_use_names_the_port_and_its_setting() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let used = listener.local_addr().unwrap().port();
        let message = ensure_free(&[port(used)], Duration::ZERO).await.unwrap_err().to_string();
        assert!(message.contains(&used.to_string()) && message.contains("REDIS_PORT"), "{message}");
    }

    #[tokio::test]
    async fn two_services_cannot_share_a_port() {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        assert!(ensure_free(&[port(free), port(free)], Duration::ZERO).await.is_err());
    }
}
