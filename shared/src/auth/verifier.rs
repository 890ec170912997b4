use std::{collections::HashMap, fmt, sync::Arc};

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};

use super::{
    key_id,
    token::{AccessToken, Claims, Lifetime, TYPE},
    verified_tokens::{VerifiedTokens, digest_of},
};
use crate::{
    clock::Clock,
    config::VerificationConfig,
    domain::{Error, Role, SessionId, UserId},
};

/// The tolerated difference between two clocks.
const LEEWAY_SECONDS: i64 = 60;

/// The maximum length of a token. An issued token has about 500 bytes.
const MAX_BYTES: usize = 2048;

/// Verifies access tokens with the public keys, following RFC 8725 (JWT best current practices):
/// one algorithm, keys only from the configuration, all claims required.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    keys: HashMap<String, DecodingKey>,
    validation: Validation,
    verified: VerifiedTokens,
    clock: Clock,
}

/// A configured public key is not an Ed25519 JWK, or its `kid` is not its thumbprint.
#[derive(Debug, thiserror::Error)]
#[error("JWT_PUBLIC_KEYS holds a key that is not an Ed25519 JWK whose kid is its RFC 7638 thumbprint")]
pub struct BadPublicKey;

impl Verifier {
    /// Creates a verifier with the configured keys.
    ///
    /// # Errors
    /// A key is invalid.
    pub fn new(config: &VerificationConfig, clock: Clock) -> Result<Self, BadPublicKey> {
        let mut keys = HashMap::new();
        for key in &config.public_keys {
            let public_key = BASE64URL_NOPAD.decode(key.x.as_bytes()).map_err(|_| BadPublicKey)?;
            let is_ed25519 = public_key.len() == 32 && key.kty == "OKP" && key.crv == "Ed25519";
            if !is_ed25519 || key_id(&public_key) != key.kid {
                return Err(BadPublicKey);
            }
            keys.insert(key.kid.clone(), DecodingKey::from_ed_components(&key.x).map_err(|_| BadPublicKey)?);
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&config.names.issuer]);
        validation.set_audience(&[&config.names.audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // `check_times` checks the times with the injected clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self(Arc::new(Inner { keys, validation, verified: VerifiedTokens::default(), clock })))
    }

    /// Verifies a token and returns its content. The signature of the same token is verified once;
    /// its lifetime is checked each time.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the token is invalid, with the reason for the log.
    pub fn verify(&self, token: &str) -> Result<AccessToken, Error> {
        if token.len() > MAX_BYTES {
            return Err(Error::Unauthenticated("token too long"));
        }
        let digest = digest_of(token);
        if let Some((verified, lifetime)) = self.0.verified.get(&digest) {
            return match lifetime.check(self.0.clock.now()) {
                Ok(()) => Ok(verified),
                Err(error) => {
                    self.0.verified.remove(&digest);
                    Err(error)
                }
            };
        }
        let (verified, lifetime) = self.verify_signature(token)?;
        lifetime.check(self.0.clock.now())?;
        self.0.verified.insert(digest, verified, lifetime);
        Ok(verified)
    }

    fn verify_signature(&self, token: &str) -> Result<(AccessToken, Lifetime), Error> {
        let header = decode_header(token).map_err(|_| Error::Unauthenticated("not a JWT"))?;
        if header.typ.as_deref() != Some(TYPE) {
            return Err(Error::Unauthenticated("wrong typ"));
        }
        if header.crit.is_some() {
            return Err(Error::Unauthenticated("critical header"));
        }
        let key = header.kid.and_then(|kid| self.0.keys.get(&kid)).ok_or(Error::Unauthenticated("unknown kid"))?;
        let claims = decode::<Claims>(token, key, &self.0.validation)
            .map_err(|_| Error::Unauthenticated("bad signature or claims"))?
            .claims;
        let bad_claims = |_| Error::Unauthenticated("unreadable claims");
        let token = AccessToken {
            user_id: UserId::parse(&claims.sub).map_err(bad_claims)?,
            session_id: SessionId::parse(&claims.sid).map_err(bad_claims)?,
            role: Role::parse(&claims.role).map_err(bad_claims)?,
        };
        Ok((token, Lifetime { not_before: claims.nbf.max(claims.iat), expires_at: claims.exp }))
    }
}

impl Lifetime {
    fn check(self, now: Timestamp) -> Result<(), Error> {
        let now = now.as_second();
        if self.expires_at.saturating_add(LEEWAY_SECONDS) <= now {
            return Err(Error::Unauthenticated("expired"));
        }
        if self.not_before.saturating_sub(LEEWAY_SECONDS) > now {
            return Err(Error::Unauthenticated("not yet valid"));
        }
        Ok(())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("keys", &self.0.keys.len()).finish_non_exhaustive()
    }
}
