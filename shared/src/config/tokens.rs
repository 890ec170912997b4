use data_encoding::BASE64;
use serde::Deserialize;

use super::{ConfigError, Secret, Variables};
use crate::domain::SessionLifetimes;

/// `JWT_ISSUER` and `JWT_AUDIENCE`: the `iss` and `aud` claims.
#[derive(Debug, Clone)]
pub struct TokenNames {
    /// `iss`: the issuer.
    pub issuer: String,
    /// `aud`: the audience.
    pub audience: String,
}

impl TokenNames {
    fn read(variables: &Variables) -> Result<Self, ConfigError> {
        Ok(Self {
            issuer: variables.required("JWT_ISSUER")?.to_owned(),
            audience: variables.required("JWT_AUDIENCE")?.to_owned(),
        })
    }
}

/// The configuration for signing access tokens. Only the functions that issue tokens read it.
#[derive(Debug, Clone)]
pub struct SigningConfig {
    /// Issuer and audience.
    pub names: TokenNames,
    /// `JWT_PRIVATE_KEY`: an Ed25519 private key, PKCS#8 DER in base64.
    pub private_key: Secret<Vec<u8>>,
    /// `ACCESS_TOKEN_TTL_SECONDS`, 15 minutes by default.
    pub access_token_ttl_seconds: u32,
}

impl SigningConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// A variable is missing or invalid.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let bad_key = ConfigError::Invalid { name: "JWT_PRIVATE_KEY", expected: "PKCS#8 DER in base64" };
        let private_key = BASE64.decode(variables.required("JWT_PRIVATE_KEY")?.as_bytes()).map_err(|_| bad_key)?;
        Ok(Self {
            names: TokenNames::read(variables)?,
            private_key: Secret::new(private_key),
            access_token_ttl_seconds: seconds(variables, "ACCESS_TOKEN_TTL_SECONDS", 15 * 60)?,
        })
    }
}

/// The configuration for verifying access tokens.
#[derive(Debug, Clone)]
pub struct VerificationConfig {
    /// Issuer and audience.
    pub names: TokenNames,
    /// `JWT_PUBLIC_KEYS`: a JWK set (RFC 7517), newest key first.
    pub public_keys: Vec<PublicKey>,
}

/// An Ed25519 public key as a JWK (RFC 8037).
#[derive(Debug, Clone, Deserialize)]
pub struct PublicKey {
    /// The key type, `OKP`.
    pub kty: String,
    /// The curve, `Ed25519`.
    pub crv: String,
    /// The key's id: its RFC 7638 thumbprint.
    pub kid: String,
    /// The key, in base64url.
    pub x: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<PublicKey>,
}

impl VerificationConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// A variable is missing or invalid, or there is no key.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let expected = r#"a JWK set such as {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"...","x":"..."}]}"#;
        let bad_keys = || ConfigError::Invalid { name: "JWT_PUBLIC_KEYS", expected };
        let set: KeySet = serde_json::from_str(variables.required("JWT_PUBLIC_KEYS")?).map_err(|_| bad_keys())?;
        if set.keys.is_empty() {
            return Err(bad_keys());
        }
        Ok(Self { names: TokenNames::read(variables)?, public_keys: set.keys })
    }
}

/// Reads `REFRESH_TOKEN_IDLE_SECONDS` (7 days by default) and `REFRESH_TOKEN_TTL_SECONDS` (30 days
/// by default).
///
/// # Errors
/// A value is not a positive whole number.
pub fn session_lifetimes(variables: &Variables) -> Result<SessionLifetimes, ConfigError> {
    const DAY: u32 = 24 * 60 * 60;
    Ok(SessionLifetimes {
        idle_seconds: seconds(variables, "REFRESH_TOKEN_IDLE_SECONDS", 7 * DAY)?,
        ttl_seconds: seconds(variables, "REFRESH_TOKEN_TTL_SECONDS", 30 * DAY)?,
    })
}

fn seconds(variables: &Variables, name: &'static str, default: u32) -> Result<u32, ConfigError> {
    let expected = "a whole number of seconds above 0";
    match variables.parsed_or(name, expected, default)? {
        0 => Err(ConfigError::Invalid { name, expected }),
        seconds => Ok(seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [(&str, &str); 2] = [("JWT_ISSUER", "https://api.example"), ("JWT_AUDIENCE", "watchlist")];

    #[test]
    fn an_error_names_a_missing_private_key() {
        let error = SigningConfig::read(&Variables::from_iter(NAMES)).unwrap_err();
        assert_eq!(error, ConfigError::Missing("JWT_PRIVATE_KEY"));
    }

    #[test]
    fn a_missing_or_empty_key_set_is_rejected() {
        let error = VerificationConfig::read(&Variables::from_iter(NAMES)).unwrap_err();
        assert_eq!(error, ConfigError::Missing("JWT_PUBLIC_KEYS"));
        let empty = NAMES.into_iter().chain([("JWT_PUBLIC_KEYS", r#"{"keys":[]}"#)]);
        assert!(VerificationConfig::read(&empty.collect()).is_err());
    }

    #[test]
    fn lifetimes_have_defaults_and_must_be_positive() {
        let config = session_lifetimes(&Variables::default()).unwrap();
        assert_eq!((config.idle_seconds, config.ttl_seconds), (604_800, 2_592_000));
        for bad in ["0", "-1", "soon"] {
            assert!(session_lifetimes(&Variables::from_iter([("REFRESH_TOKEN_TTL_SECONDS", bad)])).is_err());
        }
    }
}
