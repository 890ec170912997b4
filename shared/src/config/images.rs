use super::{ConfigError, Variables};

/// `IMAGE_SOURCES`: the sources from which the console may load product images, as entries of a
/// content security policy (<https://www.w3.org/TR/CSP3/#framework-directive-source-list>),
/// separated by spaces. By default any HTTPS URL, because the catalogue chooses the hosts of its
/// images.
#[derive(Debug, Clone)]
pub struct ImagesConfig {
    /// The entries, separated by spaces.
    pub sources: String,
}

const NAME: &str = "IMAGE_SOURCES";
const EXPECTED: &str = "https: or origins such as https://images.example.com, separated by spaces";

impl ImagesConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// An entry is neither `https:` nor an origin.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let sources = variables.optional(NAME).unwrap_or("https:");
        let is_valid = sources.split_whitespace().all(is_source);
        is_valid
            .then(|| Self { sources: sources.to_owned() })
            .ok_or(ConfigError::Invalid { name: NAME, expected: EXPECTED })
    }
}

/// Any other entry could change other parts of the policy.
fn is_source(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    text == "https:" || host.is_some_and(|host| !host.is_empty() && host.bytes().all(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sources: &str) -> Result<String, ConfigError> {
        ImagesConfig::read(&Variables::from_iter([(NAME, sources)])).map(|config| config.sources)
    }

    #[test]
    fn sources_are_https_or_origins() {
        assert_eq!(read("https: http://127.0.0.1:9004").unwrap(), "https: http://127.0.0.1:9004");
        assert_eq!(read("").unwrap(), "https:");
    }

    #[test]
    fn an_entry_that_could_change_the_policy_is_rejected() {
        for text in ["*", "'unsafe-inline'", "https:; script-src *", "https://", "data:", "http:", "https://a/b", "a b"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
