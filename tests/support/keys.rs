use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::json;
use shared::{
    auth::{Verifier, key_id},
    clock::Clock,
    config::{PublicKey, TokenNames, VerificationConfig},
    random::Random,
};

pub(crate) const ISSUER: &str = "https://api.test";
pub(crate) const AUDIENCE: &str = "watchlist";

/// A key pair for access tokens, and a key for cursors.
pub(crate) struct TestKeys {
    pub(crate) private_key: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    /// The key that encrypts page cursors.
    pub(crate) cursors: [u8; 32],
}

impl TestKeys {
    pub(crate) fn new() -> Self {
        Self::of(&Ed25519KeyPair::generate().unwrap(), Random::system().bytes())
    }

    /// Creates the same keys in every run, so that stored tokens and cursors remain valid.
    pub(crate) fn fixed() -> Self {
        Self::of(&Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap(), [7; 32])
    }

    fn of(pair: &Ed25519KeyPair, cursors: [u8; 32]) -> Self {
        let private_key = pair.to_pkcs8().unwrap().as_ref().to_vec();
        Self { private_key, public_key: pair.public_key().as_ref().to_vec(), cursors }
    }

    pub(crate) fn kid(&self) -> String {
        key_id(&self.public_key)
    }

    pub(crate) fn verifier(&self, clock: Clock) -> Verifier {
        Verifier::new(&self.verification(), clock).unwrap()
    }

    /// Returns the environment variables with these keys.
    pub(crate) fn variables(&self) -> [(&'static str, String); 5] {
        let key = self.public_jwk();
        let key_set = json!({"keys": [{"kty": key.kty, "crv": key.crv, "kid": key.kid, "x": key.x}]});
        [
            ("JWT_ISSUER", ISSUER.to_owned()),
            ("JWT_AUDIENCE", AUDIENCE.to_owned()),
            ("JWT_PRIVATE_KEY", BASE64.encode(&self.private_key)),
            ("JWT_PUBLIC_KEYS", key_set.to_string()),
            ("CURSOR_KEY", BASE64.encode(&self.cursors)),
        ]
    }

    fn public_jwk(&self) -> PublicKey {
        PublicKey {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            kid: self.kid(),
            x: BASE64URL_NOPAD.encode(&self.public_key),
        }
    }

    pub(crate) fn verification(&self) -> VerificationConfig {
        VerificationConfig { names: names(), public_keys: vec![self.public_jwk()] }
    }
}

fn names() -> TokenNames {
    TokenNames { issuer: ISSUER.to_owned(), audience: AUDIENCE.to_owned() }
}
