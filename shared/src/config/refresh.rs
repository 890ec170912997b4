use jiff::SignedDuration;

use super::{ConfigError, Variables};

/// `CATALOG_REFRESH_MINUTES`, 360 by default: how often all favourites are refreshed.
#[derive(Debug, Clone, Copy)]
pub struct RefreshConfig {
    /// From the beginning of one round to that of the next: a minute to thirty days.
    pub every: SignedDuration,
}

impl RefreshConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Not a whole number from 1 to 43200.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let (name, expected) = ("CATALOG_REFRESH_MINUTES", "a whole number from 1 to 43200");
        let minutes = variables.parsed_or(name, expected, 360)?;
        if (1..=43200).contains(&minutes) {
            Ok(Self { every: SignedDuration::from_mins(minutes) })
        } else {
            Err(ConfigError::Invalid { name, expected })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_begins_every_minute_to_every_month() {
        let read = |text| RefreshConfig::read(&Variables::from_iter([("CATALOG_REFRESH_MINUTES", text)]));
        assert_eq!(read("").unwrap().every, SignedDuration::from_hours(6));
        assert_eq!(read("1").unwrap().every, SignedDuration::from_mins(1));
        for bad in ["0", "43201", "-1", "1.5", "daily"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
