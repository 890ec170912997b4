//! Generates secrets: the key that signs access tokens, the public key that verifies them, and the
//! key that encrypts cursors. None has a default. `shared::config` defines their formats.

use anyhow::{Context, Result, ensure};
use aws_lc_rs::{
    rand::{self, SystemRandom},
    signature::{Ed25519KeyPair, KeyPair},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::Serialize;
use serde_json::{Value, json};
use shared::auth::key_id;

#[derive(Serialize)]
pub(crate) struct GeneratedSecrets {
    /// Ed25519, PKCS#8 version 1 in DER (the form that OpenSSL and every JWT library read), in
    /// base64.
    pub(crate) jwt_private_key: String,
    /// The public key as a JWK set (RFC 7517, RFC 8037) on one line.
    pub(crate) jwt_public_keys: String,
    /// 32 random bytes in base64.
    pub(crate) cursor_key: String,
}

impl GeneratedSecrets {
    /// Generates new secrets. Fails only when the operating system provides no random numbers.
    pub(crate) fn generate() -> Result<Self> {
        let private = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())?;
        let pair = Ed25519KeyPair::from_pkcs8(private.as_ref())?;
        let mut cursor_key = [0; 32];
        rand::fill(&mut cursor_key)?;
        Ok(Self {
            jwt_private_key: BASE64.encode(private.as_ref()),
            jwt_public_keys: json!({ "keys": [public_jwk(pair.public_key().as_ref())] }).to_string(),
            cursor_key: BASE64.encode(&cursor_key),
        })
    }
}

/// Generates a key pair for rotation. Returns the private key and the key set to publish: the new
/// public key, then the newest of the keys in `published_set`.
pub(crate) fn rotate(published_set: &str) -> Result<Value> {
    let new = GeneratedSecrets::generate()?;
    let mut set: Value = serde_json::from_str(&new.jwt_public_keys)?;
    let published: Value = serde_json::from_str(published_set).context("PUBLIC_KEYS is not a JWK set")?;
    let newest = published["keys"][0].clone();
    ensure!(newest["kid"].is_string(), "PUBLIC_KEYS is not a JWK set");
    set["keys"].as_array_mut().context("the new set has no keys")?.push(newest);
    Ok(json!({ "jwt_private_key": new.jwt_private_key, "jwt_public_keys": set.to_string() }))
}

fn public_jwk(public_key: &[u8]) -> serde_json::Value {
    json!({
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": key_id(public_key),
        "x": BASE64URL_NOPAD.encode(public_key),
    })
}

#[cfg(test)]
mod tests {
    use shared::config::{CursorConfig, SigningConfig, Variables, VerificationConfig};

    use super::*;

    #[test]
    fn rotation_publishes_the_new_key_and_then_the_newest_previous_key() {
        let first = GeneratedSecrets::generate().unwrap().jwt_public_keys;
        let second = rotate(&first).unwrap()["jwt_public_keys"].as_str().unwrap().to_owned();
        let kids = |set: &str| {
            let set: Value = serde_json::from_str(set).unwrap();
            set["keys"].as_array().unwrap().iter().map(|key| key["kid"].to_string()).collect::<Vec<_>>()
        };
        assert_eq!(kids(&second).len(), 2);
        assert_eq!(kids(&second)[1], kids(&first)[0]);
        let third = rotate(&second).unwrap()["jwt_public_keys"].as_str().unwrap().to_owned();
        assert_eq!(kids(&third)[1], kids(&second)[0]);
        assert!(rotate("{}").is_err() && rotate("").is_err());
    }

    #[test]
    fn the_functions_can_read_generated_secrets() {
        let secrets = GeneratedSecrets::generate().unwrap();
        let variables = Variables::from_iter([
            ("JWT_ISSUER", "http://127.0.0.1:9000"),
            ("JWT_AUDIENCE", "watchlist"),
            ("JWT_PRIVATE_KEY", &secrets.jwt_private_key),
            ("JWT_PUBLIC_KEYS", &secrets.jwt_public_keys),
            ("CURSOR_KEY", &secrets.cursor_key),
        ]);
        let private = SigningConfig::read(&variables).unwrap().private_key;
        let pair = Ed25519KeyPair::from_pkcs8(private.expose()).unwrap();
        let published = VerificationConfig::read(&variables).unwrap().public_keys;
        assert_eq!(published.len(), 1);
        assert_eq!(published[0].x, BASE64URL_NOPAD.encode(pair.public_key().as_ref()));
        assert_eq!(published[0].kid, key_id(pair.public_key().as_ref()));
        CursorConfig::read(&variables).unwrap();
    }

    #[test]
    fn generated_secrets_differ() {
        let (one, other) = (GeneratedSecrets::generate().unwrap(), GeneratedSecrets::generate().unwrap());
        assert_ne!(one.jwt_private_key, other.jwt_private_key);
        assert_ne!(one.cursor_key, other.cursor_key);
    }
}
