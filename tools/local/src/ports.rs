//! A port in use is said before anything starts, with the setting that moves it.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use anyhow::{Result, bail};

use crate::wait;

/// A port on this machine's loopback address, what it serves, and the setting that changes it.
#[derive(Clone, Copy)]
pub(crate) struct Port {
    pub(crate) number: u16,
    pub(crate) purpose: &'static str,
    pub(crate) setting: &'static str,
}

impl Port {
    /// Never all interfaces: nothing here asks for a password.
    pub(crate) fn address(self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.number).into()
    }

    /// Whether something listens.
    pub(crate) fn answers(self) -> bool {
        TcpStream::connect_timeout(&self.address(), Duration::from_millis(200)).is_ok()
    }

    /// Binding alone would not show a listener on all interfaces (macOS lets both stand), connecting alone not one
    /// that is about to listen.
    fn is_free(self) -> bool {
        !self.answers() && TcpListener::bind(self.address()).is_ok()
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address())
    }
}

/// Checks that every port is free, and that no two are the same. A stack that was killed a moment ago gets the time to
/// let go.
pub(crate) async fn all_free(ports: &[Port], patience: Duration) -> Result<()> {
    for (index, port) in ports.iter().enumerate() {
        if let Some(other) = ports[..index].iter().find(|other| other.number == port.number) {
            bail!("{} and {} are both {}", other.setting, port.setting, port.number);
        }
        if !wait::until(patience, async || port.is_free()).await {
            let Port { number, purpose, setting } = port;
            let other = number.checked_add(100).unwrap_or(9100);
            bail!(
                "port {number}, meant for {purpose}, is in use by another program: stop that one, or choose another \
                 port, as in `make run {setting}={other}`"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: u16) -> Port {
        Port { number, purpose: "Redis", setting: "REDIS_PORT" }
    }

    #[tokio::test]
    async fn a_port_in_use_is_named_with_its_setting() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = listener.local_addr().unwrap().port();
        let message = all_free(&[port(taken)], Duration::ZERO).await.unwrap_err().to_string();
        assert!(message.contains(&taken.to_string()) && message.contains("REDIS_PORT"), "{message}");
    }

    #[tokio::test]
    async fn one_port_cannot_serve_two_things() {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        assert!(all_free(&[port(free), port(free)], Duration::ZERO).await.is_err());
    }
}
