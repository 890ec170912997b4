use std::{fmt, sync::Arc};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

use super::{
    key_id,
    token::{AccessToken, Claims, TYPE},
};
use crate::{
    config::SigningConfig,
    domain::{Error, TokenId},
    random::Random,
};

/// Signs access tokens. It contains the private key, so only the functions that issue tokens have a
/// signer.
#[derive(Clone)]
pub struct Signer(Arc<Inner>);

struct Inner {
    key: EncodingKey,
    header: Header,
    config: SigningConfig,
    random: Random,
}

/// The private key is not an Ed25519 key in PKCS#8.
#[derive(Debug, thiserror::Error)]
#[error("JWT_PRIVATE_KEY is not an Ed25519 private key in PKCS#8")]
pub struct BadPrivateKey;

impl Signer {
    /// Creates a signer with the configured key.
    ///
    /// # Errors
    /// The key is invalid.
    pub fn new(config: SigningConfig, random: Random) -> Result<Self, BadPrivateKey> {
        let pair = Ed25519KeyPair::from_pkcs8(config.private_key.expose()).map_err(|_| BadPrivateKey)?;
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(key_id(pair.public_key().as_ref())),
            ..Header::new(Algorithm::EdDSA)
        };
        let key = EncodingKey::from_ed_der(config.private_key.expose());
        Ok(Self(Arc::new(Inner { key, header, config, random })))
    }

    /// The lifetime of an access token in seconds.
    #[must_use]
    pub fn lifetime_seconds(&self) -> u32 {
        self.0.config.access_token_ttl_seconds
    }

    /// Signs an access token that is valid from now on.
    ///
    /// # Errors
    /// [`Error::Internal`]; not expected, because the key is valid.
    pub fn sign(&self, token: &AccessToken, now: Timestamp) -> Result<String, Error> {
        let Inner { key, header, config, random } = &*self.0;
        let now_seconds = now.as_second();
        let claims = Claims {
            iss: config.names.issuer.clone(),
            aud: config.names.audience.clone(),
            sub: token.user_id.to_string(),
            sid: token.session_id.to_string(),
            jti: TokenId::new(now, random).to_string(),
            iat: now_seconds,
            nbf: now_seconds,
            exp: now_seconds + i64::from(config.access_token_ttl_seconds),
            role: token.role.as_str().to_owned(),
        };
        encode(header, &claims, key).map_err(|cause| Error::Internal(Arc::new(cause)))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(..)")
    }
}
