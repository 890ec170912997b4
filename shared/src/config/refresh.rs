use jiff::SignedDuration;

use super::{ConfigError, Variables};

/// `CATALOG_REFRESH_MINUTES`: the interval between refresh rounds. The default is 360.
#[derive(Debug, Clone, Copy)]
pub struct RefreshConfig {
    /// The time from the start of one round to the start of the next: one minute to thirty days.
    pub interval: SignedDuration,
}

impl RefreshConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The value is not a whole number from 1 to 43200.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let (name, expected) = ("CATALOG_REFRESH_MINUTES", "a whole number from 1 to 43200");
        let minutes = variables.parsed_or(name, expected, 360)?;
        if (1..=43200).contains(&minutes) {
            Ok(Self { interval: SignedDuration::from_mins(minutes) })
        } else {
            Err(ConfigError::Invalid { name, expected })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refresh_interval_is_1_minute_to_30_days() {
        let read = |text| RefreshConfig::read(&Variables::from_iter([("CATALOG_REFRESH_MINUTES", text)]));
        assert_eq!(read("").unwrap().interval, SignedDuration::from_hours(6));
        assert_eq!(read("1").unwrap().interval, SignedDuration::from_mins(1));
        for invalid in ["0", "43201", "-1", "1.5", "daily"] {
            assert!(read(invalid).is_err(), "{invalid}");
        }
    }
}
