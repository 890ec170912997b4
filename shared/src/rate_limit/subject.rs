use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::domain::UserId;

/// The caller that a request is counted against. A client cannot influence it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    User(UserId),
    V4(Ipv4Addr),
    /// The first 64 bits of the address: one subscriber has a whole /64 (RFC 6177).
    V6(u64),
    Unknown,
}

impl Subject {
    /// A user with a valid access token.
    #[must_use]
    pub const fn user(id: UserId) -> Self {
        Self(Kind::User(id))
    }

    /// The source address that API Gateway saw. Requests without one share a count.
    #[must_use]
    pub fn source_ip(ip: Option<IpAddr>) -> Self {
        Self(match ip.map(|ip| ip.to_canonical()) {
            None => Kind::Unknown,
            Some(IpAddr::V4(ip)) => Kind::V4(ip),
            Some(IpAddr::V6(ip)) => Kind::V6((ip.to_bits() >> 64) as u64),
        })
    }
}

/// Formats the subject as part of a Redis key.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::User(id) => write!(f, "user:{id}"),
            Kind::V4(ip) => write!(f, "ip:{ip}"),
            Kind::V6(half) => write!(f, "ip:{}/64", Ipv6Addr::from_bits(u128::from(half) << 64)),
            Kind::Unknown => f.write_str("ip:unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(ip: &str) -> Subject {
        Subject::source_ip(Some(ip.parse().unwrap()))
    }

    #[test]
    fn ipv6_addresses_in_one_64_bit_prefix_share_a_subject() {
        assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff::9"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
        assert_eq!(source("2001:db8:1:2::1").to_string(), "ip:2001:db8:1:2::/64");
    }

    #[test]
    fn ipv4_addresses_are_separate_subjects_also_when_mapped_to_ipv6() {
        assert_eq!(source("192.0.2.1").to_string(), "ip:192.0.2.1");
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }
}
