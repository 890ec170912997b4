//! Access tokens that we did not give out.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{
    app::{TestApp, User},
    keys::TestKeys,
};

impl TestApp {
    /// The header and claims of a good token of the user's session, to be spoilt.
    pub(crate) fn good_token(&self, user: &User) -> (Header, Value) {
        let claims = user.token.split('.').nth(1).unwrap();
        let mut claims: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
        let now = self.clock.clock().now().as_second();
        (claims["iat"], claims["nbf"], claims["exp"]) = (json!(now), json!(now), json!(now + 900));
        let kid = Some(self.keys.kid());
        (Header { typ: Some("at+jwt".to_owned()), kid, ..Header::new(Algorithm::EdDSA) }, claims)
    }

    /// A good token of the user's session with another role in it.
    pub(crate) fn sign_token(&self, user: &User, role: &str) -> String {
        let (header, mut claims) = self.good_token(user);
        claims["role"] = json!(role);
        sign(&self.keys, &(header, claims))
    }

    /// A token of the user's session with one thing wrong in it.
    pub(crate) fn spoil_token(&self, user: &User, what: &str) -> String {
        let (mut header, mut claims) = self.good_token(user);
        match what {
            "typ" => header.typ = Some("JWT".to_owned()),
            "kid" => header.kid = Some("another".to_owned()),
            "iss" => claims["iss"] = json!("https://elsewhere.test"),
            "aud" => claims["aud"] = json!("another-api"),
            "exp" => claims["exp"] = json!(claims["nbf"].as_i64().unwrap() - 61),
            "key" => return sign(&TestKeys::new(), &(header, claims)),
            "alg" => {
                header.alg = Algorithm::HS256;
                return encode(&header, &claims, &EncodingKey::from_secret(&self.keys.public_key)).unwrap();
            }
            other => panic!("{other}"),
        }
        sign(&self.keys, &(header, claims))
    }
}

/// Signs with a key.
pub(crate) fn sign(keys: &TestKeys, (header, claims): &(Header, Value)) -> String {
    encode(header, claims, &EncodingKey::from_ed_der(&keys.private_key)).unwrap()
}
