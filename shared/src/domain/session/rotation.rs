use jiff::Timestamp;

use super::{Session, SessionLifetimes, TokenHash};

/// What presenting a refresh token comes to (RFC 9700 §4.14.2, refresh token rotation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The token was good: the session as it is from now on, with the next token.
    Rotated(Box<Session>),
    /// The session is too old, or its token was not used for too long.
    Expired,
    /// The token was used before, or was never this session's: somebody has a copy. The session must end.
    Replayed,
}

impl Session {
    /// Decides what happens when a token with the hash `presented` is used, and `next` would replace it.
    ///
    /// The current token is good. So is its immediate predecessor as long as the current one is unused, which it is as
    /// long as it is current: the answer that carried it may have been lost, and that must not sign anybody out. The
    /// predecessor stays the predecessor then, and the lost token is dead: there is never more than one current token.
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
        // Comparing hashes of 256 random bits in variable time tells nothing that helps to find the bits.
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
    fn a_lost_answer_signs_nobody_out() {
        let lost = rotated(&session(), 0, 1);
        let again = rotated(&lost, 0, 2);
        assert_eq!(refresh(&again, 1, 9), RefreshOutcome::Replayed, "the lost token is dead");
        rotated(&rotated(&again, 2, 3), 3, 4);
    }

    #[test]
    fn a_predecessor_is_dead_once_its_successor_was_used() {
        let used = rotated(&rotated(&session(), 0, 1), 1, 2);
        assert_eq!(refresh(&used, 0, 9), RefreshOutcome::Replayed);
    }

    #[test]
    fn a_token_that_was_never_the_sessions_ends_it() {
        assert_eq!(refresh(&session(), 7, 9), RefreshOutcome::Replayed);
    }

    #[test]
    fn an_unused_token_dies_and_a_session_ends_by_the_clock() {
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
        /// Whatever is presented in whatever order: a token is accepted exactly when it is the last one given out, or the
        /// one that was exchanged for it; everything else ends the session.
        #[test]
        fn only_the_last_token_and_the_one_it_came_from_are_ever_good(presented in vec(0..20u32, 1..40)) {
            let mut session = session();
            let (mut last, mut came_from) = (0, None);
            for (next, token) in (100..).zip(presented) {
                // A small number chooses a good token most of the time, so that long histories come about.
                let token = if token < 9 { last } else if token < 14 { came_from.unwrap_or(last) } else { token + 200 };
                match refresh(&session, token, next) {
                    RefreshOutcome::Rotated(rotated) => {
                        prop_assert!(token == last || Some(token) == came_from);
                        prop_assert_eq!((rotated.id, rotated.expires_at), (session.id, session.expires_at));
                        came_from = Some(token);
                        last = next;
                        session = *rotated;
                    }
                    RefreshOutcome::Replayed => {
                        prop_assert!(token != last && Some(token) != came_from);
                        break;
                    }
                    RefreshOutcome::Expired => prop_assert!(false, "nothing expires here"),
                }
            }
        }
    }
}
