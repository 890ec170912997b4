use std::sync::Arc;

use super::{ConfigError, Secret, Variables};

/// `ORIGIN_SECRETS`: the secrets that identify requests from CloudFront. During a rotation there
/// are two, separated by a comma. By default there are none: requests are accepted from anywhere,
/// and the headers of CloudFront are ignored.
#[derive(Debug, Clone, Default)]
pub struct EdgeConfig {
    /// The accepted secrets.
    pub secrets: Arc<[Secret<String>]>,
}

const NAME: &str = "ORIGIN_SECRETS";
const EXPECTED: &str = "one or two secrets of 32 to 256 letters, digits, - and _, separated by a comma";

impl EdgeConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// There are more than two secrets, or one is too short or contains an invalid character.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let Some(list) = variables.optional(NAME) else { return Ok(Self::default()) };
        // An empty entry is rejected: it is a mistake, and as a secret it would accept any request.
        let secrets: Option<Arc<[_]>> = list.split(',').map(|entry| parse_secret(entry.trim())).collect();
        let secrets = secrets.filter(|secrets| secrets.len() <= 2);
        secrets.map(|secrets| Self { secrets }).ok_or(ConfigError::Invalid { name: NAME, expected: EXPECTED })
    }
}

fn parse_secret(text: &str) -> Option<Secret<String>> {
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
    fn there_are_at_most_two_secrets() {
        let found = |text: &str| read(text).unwrap().secrets.iter().map(|one| one.expose().clone()).collect::<Vec<_>>();
        assert_eq!(found(ONE), [ONE]);
        assert_eq!(found(&format!("{ONE}, {OTHER}")), [ONE, OTHER]);
        assert!(found("").is_empty());
        assert!(EdgeConfig::read(&Variables::default()).unwrap().secrets.is_empty());
    }

    #[test]
    fn an_invalid_secret_is_rejected() {
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
