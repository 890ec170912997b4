use std::sync::Arc;

use super::{ConfigError, Secret, Variables};

/// `ORIGIN_SECRETS`: what CloudFront proves with that a request came through it; two, separated by a comma, while one takes the
/// place of the other. Empty: requests may come from anywhere, and nothing is believed of what such a proxy would say.
#[derive(Debug, Clone, Default)]
pub struct EdgeConfig {
    /// The secrets, each as good as the other.
    pub secrets: Arc<[Secret<String>]>,
}

const NAME: &str = "ORIGIN_SECRETS";
const EXPECTED: &str = "one or two secrets of 32 to 256 letters, digits, - and _, separated by a comma";

impl EdgeConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// There are more than two, or one could be guessed or not be sent as a header.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let Some(list) = variables.optional(NAME) else { return Ok(Self::default()) };
        // An empty entry is a mistake of whoever put the list together, and a door left open if it were none.
        let secrets: Option<Arc<[_]>> = list.split(',').map(|entry| secret(entry.trim())).collect();
        let secrets = secrets.filter(|secrets| secrets.len() <= 2);
        secrets.map(|secrets| Self { secrets }).ok_or(ConfigError::Invalid { name: NAME, expected: EXPECTED })
    }
}

fn secret(text: &str) -> Option<Secret<String>> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ((32..=256).contains(&text.len()) && text.bytes().all(allowed)).then(|| Secret::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_012345";

    fn read(text: &str) -> Result<EdgeConfig, ConfigError> {
        EdgeConfig::read(&Variables::from_iter([(NAME, text)]))
    }

    #[test]
    fn there_is_one_secret_or_two_or_none() {
        let found = |text: &str| read(text).unwrap().secrets.iter().map(|one| one.expose().clone()).collect::<Vec<_>>();
        assert_eq!(found(ONE), [ONE]);
        assert_eq!(found(&format!("{ONE}, {OTHER}")), [ONE, OTHER]);
        assert!(found("").is_empty());
        assert!(EdgeConfig::read(&Variables::default()).unwrap().secrets.is_empty());
    }

    #[test]
    fn what_could_be_guessed_or_is_a_slip_stops_the_function() {
        let short = &ONE[1..];
        for text in [
            " ",
            ",",
            short,
            &format!("{ONE},"),
            &format!(",{ONE}"),
            &format!("{ONE},{short}"),
            &format!("{ONE},{OTHER},{ONE}"),
            &"x".repeat(257),
            &format!("{ONE}\n{OTHER}"),
            &format!("{ONE} {OTHER}"),
            "{{resolve:secretsmanager:watchlist/prod/origin:SecretString:accepted::}}",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_secrets_are_not_printed() {
        assert!(!format!("{:?}", read(ONE)).contains(ONE));
    }
}
