use http::HeaderValue;

use super::{ConfigError, Variables};

/// `CORS_ALLOWED_ORIGINS`: the web origins that may call the API from a browser, separated by
/// commas. By default only the API's own origin may.
#[derive(Debug, Clone, Default)]
pub struct CorsConfig {
    /// The origins, each `scheme://host[:port]`.
    pub allowed_origins: Vec<HeaderValue>,
}

const NAME: &str = "CORS_ALLOWED_ORIGINS";
const EXPECTED: &str = "a list of origins such as https://app.example.com, separated by commas, without *";

impl CorsConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// An entry is not an origin. `*` is not allowed.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let list = variables.optional(NAME).unwrap_or_default();
        let origins = list.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        let allowed_origins = origins.map(parse_origin).collect::<Option<_>>();
        Ok(Self { allowed_origins: allowed_origins.ok_or(ConfigError::Invalid { name: NAME, expected: EXPECTED })? })
    }
}

fn parse_origin(text: &str) -> Option<HeaderValue> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_origin = !host.is_empty() && !host.contains(['/', '*', '?', '#', '@', ' ']);
    is_origin.then(|| HeaderValue::from_str(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<HeaderValue>, ConfigError> {
        CorsConfig::read(&Variables::from_iter([(NAME, text)])).map(|config| config.allowed_origins)
    }

    #[test]
    fn origins_are_separated_by_commas() {
        assert_eq!(read("https://a.example, http://localhost:3000").unwrap().len(), 2);
        assert_eq!(read("").unwrap().len(), 0);
    }

    #[test]
    fn an_entry_that_is_not_an_origin_is_rejected() {
        for text in ["*", "https://*.example.com", "example.com", "https://a.example/", "ftp://a.example", "https://"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
