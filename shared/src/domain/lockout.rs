//! Account lockout after wrong passwords.

use jiff::{SignedDuration, Timestamp};

/// The number of wrong passwords from which on the account is locked.
const MAX_FAILED_ATTEMPTS: u32 = 5;
/// The longest lock.
const MAX_LOCK: SignedDuration = SignedDuration::from_mins(15);

/// The wrong passwords of an account since the last right one.
///
/// From the fifth wrong password on, the account is locked for 1 s, 2 s, 4 s and so on, at most 15
/// minutes. An attempt during the lock is rejected even if the password is right, and does not
/// extend the lock, so the owner can always sign in after it. `PasswordVerifier` in
/// `services/accounts` applies this to each attempt, after it has compared the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lockout {
    /// The number of consecutive wrong passwords.
    pub failed_attempts: u32,
    /// The time of the last one.
    pub last_failed_at: Option<Timestamp>,
}

impl Lockout {
    /// Returns `true` if the account accepts no password now, not even the right one.
    #[must_use]
    pub fn is_locked(&self, now: Timestamp) -> bool {
        // The clocks of two instances differ. A failure in the future of this clock must not lock
        // an account that has few failures.
        self.failed_attempts >= MAX_FAILED_ATTEMPTS
            && self.last_failed_at.is_some_and(|at| now.duration_since(at) < lock_duration(self.failed_attempts))
    }
}

/// The length of the lock after a number of consecutive wrong passwords.
fn lock_duration(failed_attempts: u32) -> SignedDuration {
    match failed_attempts.checked_sub(MAX_FAILED_ATTEMPTS) {
        None => SignedDuration::ZERO,
        Some(exponent) => {
            let seconds = 2i64.checked_pow(exponent).unwrap_or(i64::MAX);
            SignedDuration::from_secs(seconds).min(MAX_LOCK)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_doubles_from_the_fifth_failure_up_to_15_minutes() {
        let seconds = |failed_attempts| lock_duration(failed_attempts).as_secs();
        assert_eq!([0, 1, 4, 5, 6, 7, 8].map(seconds), [0, 0, 0, 1, 2, 4, 8]);
        assert_eq!([14, 15, 100, u32::MAX].map(seconds), [512, 900, 900, 900]);
    }

    #[test]
    fn an_account_is_locked_for_the_lock_duration_and_no_longer() {
        let at = |millis: i64| Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap();
        let lockout = Lockout { failed_attempts: 7, last_failed_at: Some(at(0)) };
        assert!(lockout.is_locked(at(0)) && lockout.is_locked(at(3999)));
        assert!(!lockout.is_locked(at(4000)));
        assert!(!Lockout { failed_attempts: 4, last_failed_at: Some(at(0)) }.is_locked(at(0)));
        assert!(!Lockout::default().is_locked(at(0)));
    }
}
