use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{SessionId, UserId};

mod rotation;

pub use rotation::RefreshOutcome;

/// The SHA-256 hash of the random part of a refresh token. The token itself is not stored.
pub type TokenHash = [u8; 32];

/// A session of an account. It ends when it is revoked, when it is not refreshed in time, or at its
/// maximum age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The id, which is the `sid` claim of its access tokens.
    pub id: SessionId,
    /// The account.
    pub user_id: UserId,
    /// The hash of the current refresh token.
    pub refresh_hash: TokenHash,
    /// The hash of the refresh token that the current one replaced.
    pub previous_hash: Option<TokenHash>,
    /// The time of the sign-in.
    pub created_at: Timestamp,
    /// The time of the last refresh.
    pub last_used_at: Timestamp,
    /// The time at which the current refresh token expires.
    pub refresh_expires_at: Timestamp,
    /// The time at which the session expires, regardless of its use.
    pub expires_at: Timestamp,
    /// The source IP address of the sign-in, as seen by API Gateway.
    pub ip: Option<IpAddr>,
    /// The `User-Agent` of the sign-in, truncated to 256 characters, without control characters.
    pub user_agent: Option<String>,
}

impl Session {
    /// Returns `true` if the session has expired, even if DynamoDB has not deleted it yet.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

/// The lifetimes of sessions and refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetimes {
    /// The time after which an unused refresh token expires.
    pub idle_seconds: u32,
    /// The time after sign-in at which a session expires, regardless of its use.
    pub ttl_seconds: u32,
}

impl SessionLifetimes {
    /// The time at which a refresh token expires that is issued now, in a session that began at
    /// `created_at`.
    #[must_use]
    pub fn refresh_expires_at(&self, created_at: Timestamp, now: Timestamp) -> Timestamp {
        after(now, self.idle_seconds).min(self.expires_at(created_at))
    }

    /// The time at which a session expires that began at `created_at`.
    #[must_use]
    pub fn expires_at(&self, created_at: Timestamp) -> Timestamp {
        after(created_at, self.ttl_seconds)
    }
}

fn after(instant: Timestamp, seconds: u32) -> Timestamp {
    instant.saturating_add(SignedDuration::from_secs(seconds.into())).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    #[test]
    fn a_refresh_token_does_not_outlive_its_session() {
        let lifetimes = SessionLifetimes { idle_seconds: 7 * 86_400, ttl_seconds: 30 * 86_400 };
        assert_eq!(lifetimes.refresh_expires_at(day(0), day(0)), day(7));
        assert_eq!(lifetimes.refresh_expires_at(day(0), day(28)), day(30));
        assert_eq!(lifetimes.expires_at(day(0)), day(30));
    }
}
