use jiff::Timestamp;

use super::{Session, SessionLifetimes, TokenHash};

/// The result of presenting a refresh token (refresh token rotation, RFC 9700 §4.14.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The token is valid. Contains the session with the next token.
    Rotated(Box<Session>),
    /// The session or the token has expired.
    Expired,
    /// The token was used before or never belonged to this session, so it may be stolen. The
    /// session must be revoked.
    Replayed,
}

impl Session {
    /// Decides on a refresh. `presented` is the hash of the token that the client sent, `next` the
    /// hash of the token that replaces it.
    ///
    /// The current token is valid. Its immediate predecessor is valid too, because the response
    /// with the current token may have been lost, and a lost response must not sign out the user.
    /// In that case, the lost token becomes invalid and the predecessor remains the predecessor, so
    /// there is never more than one current token.
    #[must_use]
    pub fn refresh(
        &self,
        presented: &TokenHash,
        next: TokenHash,
        lifetimes: SessionLifetimes,
        now: Timestamp,
    ) -> RefreshOutcome {
        if self.is_expired(now) || now >= self.refresh_expires_at {
            return RefreshOutcome::Expired;
        }
        // A timing attack on this comparison reveals parts of a hash of 256 random bits, which does
        // not help to find them.
        if *presented != self.refresh_hash && Some(*presented) != self.previous_hash {
            return RefreshOutcome::Replayed;
        }
        RefreshOutcome::Rotated(Box::new(Self {
            refresh_hash: next,
            previous_hash: Some(*presented),
            last_used_at: now,
            refresh_expires_at: lifetimes.refresh_expires_at(self.created_at, now).min(self.expires_at),
            ..self.clone()
        }))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        domain::{SessionId, UserId},
        random::Random,
    };

    const LIFETIMES: SessionLifetimes = SessionLifetimes { idle_seconds: 100, ttl_seconds: 1000 };

    fn start() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn after(seconds: i64) -> Timestamp {
        start() + SignedDuration::from_secs(seconds)
    }

    fn hash(token: u32) -> TokenHash {
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&token.to_be_bytes());
        hash
    }

    fn session() -> Session {
        Session {
            id: SessionId::new(start(), &Random::system()),
            user_id: UserId::new(start(), &Random::system()),
            refresh_hash: hash(0),
            previous_hash: None,
            created_at: start(),
            last_used_at: start(),
            refresh_expires_at: LIFETIMES.refresh_expires_at(start(), start()),
            expires_at: LIFETIMES.expires_at(start()),
            ip: None,
            user_agent: None,
        }
    }

    fn refresh(session: &Session, presented: u32, next: u32) -> RefreshOutcome {
        session.refresh(&hash(presented), hash(next), LIFETIMES, start())
    }

    fn rotated(session: &Session, presented: u32, next: u32) -> Session {
        match refresh(session, presented, next) {
            RefreshOutcome::Rotated(session) => *session,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_lost_response_does_not_sign_out_the_user() {
        let lost = rotated(&session(), 0, 1);
        let again = rotated(&lost, 0, 2);
        assert_eq!(refresh(&again, 1, 9), RefreshOutcome::Replayed, "the lost token is invalid");
        rotated(&rotated(&again, 2, 3), 3, 4);
    }

    #[test]
    fn a_predecessor_is_invalid_once_its_successor_was_used() {
        let used = rotated(&rotated(&session(), 0, 1), 1, 2);
        assert_eq!(refresh(&used, 0, 9), RefreshOutcome::Replayed);
    }

    #[test]
    fn an_unknown_token_revokes_the_session() {
        assert_eq!(refresh(&session(), 7, 9), RefreshOutcome::Replayed);
    }

    #[test]
    fn unused_tokens_and_old_sessions_expire() {
        let at =
            |session: &Session, seconds| session.refresh(&session.refresh_hash, hash(9), LIFETIMES, after(seconds));
        assert!(matches!(at(&session(), 99), RefreshOutcome::Rotated(_)));
        assert_eq!(at(&session(), 100), RefreshOutcome::Expired);
        let mut session = session();
        for seconds in (90..1000).step_by(90) {
            match at(&session, seconds) {
                RefreshOutcome::Rotated(next) => session = *next,
                other => panic!("{other:?} after {seconds} s"),
            }
        }
        assert_eq!(at(&session, 1000), RefreshOutcome::Expired);
    }

    proptest! {
        /// For any sequence of tokens: a token is accepted if and only if it is the last one issued
        /// or the one that was exchanged for it. Every other token revokes the session.
        #[test]
        fn only_the_last_token_and_its_predecessor_are_valid(presented in vec(0..20u32, 1..40)) {
            let mut session = session();
            let (mut last, mut predecessor) = (0, None);
            for (next, token) in (100..).zip(presented) {
                // A small number selects a valid token most of the time, which produces long
                // histories.
                let token = match token {
                    ..9 => last,
                    9..14 => predecessor.unwrap_or(last),
                    14.. => token + 200,
                };
                match refresh(&session, token, next) {
                    RefreshOutcome::Rotated(rotated) => {
                        prop_assert!(token == last || Some(token) == predecessor);
                        prop_assert_eq!((rotated.id, rotated.expires_at), (session.id, session.expires_at));
                        predecessor = Some(token);
                        last = next;
                        session = *rotated;
                    }
                    RefreshOutcome::Replayed => {
                        prop_assert!(token != last && Some(token) != predecessor);
                        break;
                    }
                    RefreshOutcome::Expired => prop_assert!(false, "nothing expires here"),
                }
            }
        }
    }
}
