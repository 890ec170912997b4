use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

use crate::domain::UserId;

/// Who is counted: nothing that a caller can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A user whose access token is good.
    User(UserId),
    /// The address that API Gateway saw; requests without one count together.
    Source(Option<IpAddr>),
}

/// As it stands in a key. One subscriber has a whole /64 of IPv6 addresses (RFC 6177), so its first half is what counts.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Source(None) => f.write_str("ip:unknown"),
            Self::Source(Some(ip)) => match ip.to_canonical() {
                IpAddr::V4(ip) => write!(f, "ip:{ip}"),
                IpAddr::V6(ip) => write!(f, "ip:{}/64", Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(ip: &str) -> String {
        Subject::Source(Some(ip.parse().unwrap())).to_string()
    }

    #[test]
    fn addresses_of_one_ipv6_subscriber_count_together() {
        assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff::9"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
    }

    #[test]
    fn an_ipv4_address_counts_alone_however_it_is_written() {
        assert_eq!(source("192.0.2.1"), "ip:192.0.2.1");
        assert_eq!(source("::ffff:192.0.2.1"), "ip:192.0.2.1");
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }
}
