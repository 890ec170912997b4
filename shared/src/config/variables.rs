use std::{collections::HashMap, str::FromStr};

/// The environment variables of the process.
#[derive(Clone, Default)]
pub struct Variables(HashMap<String, String>);

/// A variable is missing or invalid. The message names the variable and does not contain its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A variable without a default is not set or is empty.
    #[error("the environment variable {0} is not set; it has no default")]
    Missing(&'static str),
    /// The value is invalid.
    #[error("the environment variable {name} must be {expected}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// The expected value.
        expected: &'static str,
    },
}

impl Variables {
    /// Returns a required value. An empty value counts as missing, because CloudFormation and
    /// shells set empty variables by accident.
    ///
    /// # Errors
    /// The variable is not set or is empty.
    pub fn required(&self, name: &'static str) -> Result<&str, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing(name))
    }

    /// Returns an optional value. An empty value counts as absent.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns a parsed value, or the default.
    ///
    /// # Errors
    /// The value cannot be parsed as `T`.
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
    fn an_error_names_a_missing_or_empty_variable() {
        let variables = Variables::from_iter([("CURSOR_KEY", "")]);
        assert_eq!(variables.required("CURSOR_KEY"), Err(ConfigError::Missing("CURSOR_KEY")));
        let message = variables.required("TABLE_NAME").unwrap_err().to_string();
        assert!(message.contains("TABLE_NAME"), "{message}");
    }

    #[test]
    fn an_error_does_not_contain_an_invalid_value() {
        let variables = Variables::from_iter([("N", "s3cret")]);
        let error = variables.parsed_or::<u32>("N", "a number", 1).unwrap_err();
        assert_eq!(error.to_string(), "the environment variable N must be a number");
    }
}
