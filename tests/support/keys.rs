use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use shared::{
    auth::{CursorKey, Signer, Verifier, key_id},
    clock::Clock,
    config::{CursorConfig, PublicKey, Secret, SigningConfig, TokenNames, VerificationConfig},
    random::Random,
};

pub(crate) const ISSUER: &str = "https://api.test";
pub(crate) const AUDIENCE: &str = "watchlist";

/// A key pair that signs and checks tokens.
pub(crate) struct TestKeys {
    pub(crate) private_key: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    pub(crate) cursors: CursorKey,
}

impl TestKeys {
    pub(crate) fn new() -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let private_key = pair.to_pkcs8().unwrap().as_ref().to_vec();
        Self { private_key, public_key: pair.public_key().as_ref().to_vec(), cursors: cursor_key() }
    }

    pub(crate) fn kid(&self) -> String {
        key_id(&self.public_key)
    }

    pub(crate) fn signer(&self) -> Signer {
        let config = SigningConfig {
            names: names(),
            private_key: Secret::new(self.private_key.clone()),
            access_token_ttl_seconds: 900,
        };
        Signer::new(config, Random::system()).unwrap()
    }

    pub(crate) fn verifier(&self, clock: Clock) -> Verifier {
        Verifier::new(&self.verification(), clock).unwrap()
    }

    pub(crate) fn verification(&self) -> VerificationConfig {
        let public_key = PublicKey {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            kid: self.kid(),
            x: BASE64URL_NOPAD.encode(&self.public_key),
        };
        VerificationConfig { names: names(), public_keys: vec![public_key] }
    }
}

fn cursor_key() -> CursorKey {
    CursorKey::new(&CursorConfig { key: Secret::new(Random::system().bytes()) })
}

fn names() -> TokenNames {
    TokenNames { issuer: ISSUER.to_owned(), audience: AUDIENCE.to_owned() }
}
