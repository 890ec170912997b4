use super::{ConfigError, Variables};

/// `RATE_LIMIT_FACTOR`, 1 by default: the factor of all quotas. The quotas are in
/// [`Group`](crate::rate_limit::Group).
#[derive(Debug, Clone, Copy)]
pub struct RateLimitConfig {
    /// The factor, above 0.
    pub factor: f64,
}

impl RateLimitConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The value is not a number above 0.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let (name, expected) = ("RATE_LIMIT_FACTOR", "a number above 0, such as 0.5 or 10");
        let factor: f64 = variables.parsed_or(name, expected, 1.0)?;
        if factor.is_finite() && factor > 0.0 {
            Ok(Self { factor })
        } else {
            Err(ConfigError::Invalid { name, expected })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_a_number_above_zero() {
        let read = |text| RateLimitConfig::read(&Variables::from_iter([("RATE_LIMIT_FACTOR", text)]));
        assert!((read("").unwrap().factor - 1.0).abs() < f64::EPSILON);
        assert!((read("0.5").unwrap().factor - 0.5).abs() < f64::EPSILON);
        for bad in ["0", "-1", "inf", "NaN", "many"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
