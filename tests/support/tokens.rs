//! Access tokens that the API did not issue.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{
    app::{TestApp, User},
    keys::TestKeys,
};

/// A token before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct UnsignedToken {
    pub(crate) header: Header,
    pub(crate) claims: Value,
}

impl TestApp {
    /// A valid token of the user's session, for a test to alter before it is signed.
    pub(crate) fn valid_token(&self, user: &User) -> UnsignedToken {
        let claims = user.token.split('.').nth(1).unwrap();
        let mut claims: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
        let now = self.clock.clock().now().as_second();
        (claims["iat"], claims["nbf"], claims["exp"]) = (json!(now), json!(now), json!(now + 900));
        let kid = Some(self.keys.kid());
        let header = Header { typ: Some("at+jwt".to_owned()), kid, ..Header::new(Algorithm::EdDSA) };
        UnsignedToken { header, claims }
    }

    /// Signs a valid token of the user's session with another role.
    pub(crate) fn sign_token(&self, user: &User, role: &str) -> String {
        let UnsignedToken { header, mut claims } = self.valid_token(user);
        claims["role"] = json!(role);
        sign(&self.keys, &UnsignedToken { header, claims })
    }

    /// Signs a token of the user's session in which one part is invalid.
    pub(crate) fn invalid_token(&self, user: &User, part: &str) -> String {
        let UnsignedToken { mut header, mut claims } = self.valid_token(user);
        match part {
            "typ" => header.typ = Some("JWT".to_owned()),
            "kid" => header.kid = Some("another".to_owned()),
            "iss" => claims["iss"] = json!("https://elsewhere.test"),
            "aud" => claims["aud"] = json!("another-api"),
            "exp" => claims["exp"] = json!(claims["nbf"].as_i64().unwrap() - 61),
            "key" => return sign(&TestKeys::new(), &UnsignedToken { header, claims }),
            "alg" => {
                header.alg = Algorithm::HS256;
                return encode(&header, &claims, &EncodingKey::from_secret(&self.keys.public_key).unwrap()).unwrap();
            }
            other => panic!("{other}"),
        }
        sign(&self.keys, &UnsignedToken { header, claims })
    }
}

/// Signs a token.
pub(crate) fn sign(keys: &TestKeys, token: &UnsignedToken) -> String {
    encode(&token.header, &token.claims, &EncodingKey::from_ed_der(&keys.private_key)).unwrap()
}
