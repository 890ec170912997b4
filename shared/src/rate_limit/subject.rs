use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::domain::UserId;

/// Who is counted: nothing that a caller can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject(Who);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    User(UserId),
    V4(Ipv4Addr),
    /// The first half of the address: one subscriber has a whole /64 (RFC 6177).
    V6(u64),
    Unknown,
}

impl Subject {
    /// A user whose access token is good.
    #[must_use]
    pub const fn user(id: UserId) -> Self {
        Self(Who::User(id))
    }

    /// The address that API Gateway saw; requests without one count together.
    #[must_use]
    pub fn source(ip: Option<IpAddr>) -> Self {
        Self(match ip.map(|ip| ip.to_canonical()) {
            None => Who::Unknown,
            Some(IpAddr::V4(ip)) => Who::V4(ip),
            Some(IpAddr::V6(ip)) => Who::V6((ip.to_bits() >> 64) as u64),
        })
    }
}

/// As it stands in a key.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Who::User(id) => write!(f, "user:{id}"),
            Who::V4(ip) => write!(f, "ip:{ip}"),
            Who::V6(half) => write!(f, "ip:{}/64", Ipv6Addr::from_bits(u128::from(half) << 64)),
            Who::Unknown => f.write_str("ip:unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(ip: &str) -> Subject {
        Subject::source(Some(ip.parse().unwrap()))
    }

    #[test]
    fn addresses_of_one_ipv6_subscriber_count_together() {
        assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff::9"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
        assert_eq!(source("2001:db8:1:2::1").to_string(), "ip:2001:db8:1:2::/64");
    }

    #[test]
    fn an_ipv4_address_counts_alone_however_it_is_written() {
        assert_eq!(source("192.0.2.1").to_string(), "ip:192.0.2.1");
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }
}
