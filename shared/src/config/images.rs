use super::{ConfigError, Variables};

/// `IMAGE_SOURCES`: where the console may load the catalogue's pictures from, as entries of a content security policy
/// (<https://www.w3.org/TR/CSP3/#framework-directive-source-list>), separated by spaces. By default any address with TLS:
/// whose pictures the catalogue shows is the catalogue's to say.
#[derive(Debug, Clone)]
pub struct ImagesConfig {
    /// The entries.
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
        let all_make_sense = sources.split_whitespace().all(is_source);
        all_make_sense
            .then(|| Self { sources: sources.to_owned() })
            .ok_or(ConfigError::Invalid { name: NAME, expected: EXPECTED })
    }
}

/// Whatever else stood here would say something else of the policy.
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
    fn pictures_may_come_from_the_named_places() {
        assert_eq!(read("https: http://127.0.0.1:9004").unwrap(), "https: http://127.0.0.1:9004");
        assert_eq!(read("").unwrap(), "https:");
    }

    #[test]
    fn no_entry_says_anything_else_of_the_policy() {
        for text in ["*", "'unsafe-inline'", "https:; script-src *", "https://", "data:", "http:", "https://a/b", "a b"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
