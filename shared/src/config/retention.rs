use jiff::SignedDuration;

use super::{ConfigError, Variables};

/// `AUDIT_RETENTION_DAYS`, 365 by default: the retention of audit events. It is longer than that of
/// the dead-letter queue, because a redriven message is recognized as a duplicate only while its
/// event is stored.
#[derive(Debug, Clone, Copy)]
pub struct RetentionConfig {
    /// The time after which an event expires.
    pub retention: SignedDuration,
}

impl RetentionConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The value is not a whole number from 30 to 36,500.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        const NAME: &str = "AUDIT_RETENTION_DAYS";
        const EXPECTED: &str = "a whole number of days from 30 to 36500";
        let days: i64 = variables.parsed_or(NAME, EXPECTED, 365)?;
        if !(30..=36_500).contains(&days) {
            return Err(ConfigError::Invalid { name: NAME, expected: EXPECTED });
        }
        Ok(Self { retention: SignedDuration::from_hours(days * 24) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_retention_is_a_year_by_default() {
        let read = |days: &str| RetentionConfig::read(&[("AUDIT_RETENTION_DAYS", days)].into_iter().collect());
        assert_eq!(
            RetentionConfig::read(&Variables::default()).unwrap().retention,
            SignedDuration::from_hours(365 * 24)
        );
        assert_eq!(read("30").unwrap().retention, SignedDuration::from_hours(720));
        for days in ["0", "-1", "29", "36501", "a year"] {
            assert!(read(days).is_err(), "{days}");
        }
    }
}
