use jiff::{SignedDuration, Timestamp};

/// Wrong passwords that are free.
const FREE: u32 = 5;
/// The longest wait.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

/// The wrong passwords of an account since the last right one. From the fifth on the account backs off: 1 s, 2 s, 4 s and so
/// on, at most 15 minutes. What is tried during the wait is not looked at and does not lengthen it, so the owner always
/// gets in after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many in a row.
    pub count: u32,
    /// When the last one was.
    pub last_at: Option<Timestamp>,
}

impl Failures {
    /// The account takes no password now, not even the right one.
    #[must_use]
    pub fn backs_off(&self, now: Timestamp) -> bool {
        // Clocks differ: a failure from the future of this one must not make an account wait that does not have to.
        self.count >= FREE && self.last_at.is_some_and(|last_at| now.duration_since(last_at) < wait(self.count))
    }
}

fn wait(count: u32) -> SignedDuration {
    match count.checked_sub(FREE) {
        None => SignedDuration::ZERO,
        Some(exponent) => {
            let seconds = 2i64.checked_pow(exponent).unwrap_or(i64::MAX);
            SignedDuration::from_secs(seconds).min(LONGEST)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_the_fifth_failure_up_to_a_quarter_of_an_hour() {
        let seconds = |count| wait(count).as_secs();
        assert_eq!([0, 1, 4, 5, 6, 7, 8].map(seconds), [0, 0, 0, 1, 2, 4, 8]);
        assert_eq!([14, 15, 100, u32::MAX].map(seconds), [512, 900, 900, 900]);
    }

    #[test]
    fn an_account_backs_off_for_the_wait_and_no_longer() {
        let at = |millis: i64| Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap();
        let failures = Failures { count: 7, last_at: Some(at(0)) };
        assert!(failures.backs_off(at(0)) && failures.backs_off(at(3999)));
        assert!(!failures.backs_off(at(4000)));
        assert!(!Failures { count: 4, last_at: Some(at(0)) }.backs_off(at(0)));
        assert!(!Failures::default().backs_off(at(0)));
    }
}
