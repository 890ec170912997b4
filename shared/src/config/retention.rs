use jiff::SignedDuration;

use super::{ConfigError, Variables};

/// `AUDIT_RETENTION_DAYS`: how long audit events are kept. Longer than a dead letter may lie before it is redriven: an event
/// is known to be stored only while it is.
#[derive(Debug, Clone, Copy)]
pub struct RetentionConfig {
    /// How long.
    pub kept: SignedDuration,
}

impl RetentionConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Not a whole number of days from 30 to 36 500.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        const NAME: &str = "AUDIT_RETENTION_DAYS";
        const EXPECTED: &str = "a whole number of days from 30 to 36500";
        let days: i64 = variables.parsed_or(NAME, EXPECTED, 365)?;
        if !(30..=36_500).contains(&days) {
            return Err(ConfigError::Invalid { name: NAME, expected: EXPECTED });
        }
        Ok(Self { kept: SignedDuration::from_hours(days * 24) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_kept_for_a_year_or_for_as_many_days_as_are_given() {
        let read = |days: &str| RetentionConfig::read(&[("AUDIT_RETENTION_DAYS", days)].into_iter().collect());
        assert_eq!(RetentionConfig::read(&Variables::default()).unwrap().kept, SignedDuration::from_hours(365 * 24));
        assert_eq!(read("30").unwrap().kept, SignedDuration::from_hours(720));
        for days in ["0", "-1", "29", "36501", "a year"] {
            assert!(read(days).is_err(), "{days}");
        }
    }
}
