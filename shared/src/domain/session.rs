use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{SessionId, UserId};

mod rotation;

pub use rotation::RefreshOutcome;

/// SHA-256 of a refresh token's random part. The token itself is not stored.
pub type TokenHash = [u8; 32];

/// One sign-in of an account: it lives until it is ended, unused for too long, or too old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id; the `sid` claim of its access tokens.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// The refresh token that is good now.
    pub refresh_hash: TokenHash,
    /// The one that it replaced.
    pub previous_hash: Option<TokenHash>,
    /// When the account signed in.
    pub created_at: Timestamp,
    /// When the session was last refreshed.
    pub last_used_at: Timestamp,
    /// Until when the current refresh token is good.
    pub refresh_expires_at: Timestamp,
    /// When the session ends, however much it is used.
    pub expires_at: Timestamp,
    /// Where the sign-in came from, as API Gateway saw it.
    pub ip: Option<IpAddr>,
    /// The client's own description of itself, cut to 256 characters, without control characters.
    pub user_agent: Option<String>,
}

impl Session {
    /// The session is over by the clock, whether or not TTL has deleted it.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetimes {
    /// A refresh token that is not used for this long is dead.
    pub idle_seconds: u32,
    /// A session ends this long after sign-in, however much it is used.
    pub ttl_seconds: u32,
}

impl SessionLifetimes {
    /// Until when a refresh token is good that is given out now, in a session that began at `created_at`.
    #[must_use]
    pub fn refresh_expires_at(&self, created_at: Timestamp, now: Timestamp) -> Timestamp {
        after(now, self.idle_seconds).min(self.expires_at(created_at))
    }

    /// When a session ends that began at `created_at`.
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
    fn a_refresh_token_dies_with_its_session_at_the_latest() {
        let lifetimes = SessionLifetimes { idle_seconds: 7 * 86_400, ttl_seconds: 30 * 86_400 };
        assert_eq!(lifetimes.refresh_expires_at(day(0), day(0)), day(7));
        assert_eq!(lifetimes.refresh_expires_at(day(0), day(28)), day(30));
        assert_eq!(lifetimes.expires_at(day(0)), day(30));
    }
}
