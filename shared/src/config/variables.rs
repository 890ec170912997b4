use std::{collections::HashMap, str::FromStr};

/// The variables that the process was started with.
#[derive(Clone, Default)]
pub struct Variables(HashMap<String, String>);

/// A variable is missing or makes no sense. It names the variable and never shows a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A variable that has no default is not set, or empty.
    #[error("the environment variable {0} is not set; it has no default")]
    Missing(&'static str),
    /// The value is not what it must be.
    #[error("the environment variable {name} must be {expected}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// What it must be.
        expected: &'static str,
    },
}

impl Variables {
    /// A value that must be there. Empty counts as missing: CloudFormation and shells set empty variables by accident.
    ///
    /// # Errors
    /// The variable is not set, or empty.
    pub fn required(&self, name: &'static str) -> Result<&str, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing(name))
    }

    /// A value that may be absent.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A value with a default.
    ///
    /// # Errors
    /// The variable is set to something that cannot be read as `T`.
    pub fn parsed_or<T: FromStr>(
        &self,
        name: &'static str,
        expected: &'static str,
        default: T,
    ) -> Result<T, ConfigError> {
        match self.optional(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| ConfigError::Invalid { name, expected }),
        }
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_empty_variable_is_refused_by_name() {
        let variables = Variables::from_iter([("CURSOR_KEY", "")]);
        assert_eq!(variables.required("CURSOR_KEY"), Err(ConfigError::Missing("CURSOR_KEY")));
        let message = variables.required("TABLE_NAME").unwrap_err().to_string();
        assert!(message.contains("TABLE_NAME"), "{message}");
    }

    #[test]
    fn a_bad_value_is_refused_without_being_shown() {
        let variables = Variables::from_iter([("N", "s3cret")]);
        let error = variables.parsed_or::<u32>("N", "a number", 1).unwrap_err();
        assert_eq!(error.to_string(), "the environment variable N must be a number");
    }
}
