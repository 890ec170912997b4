use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;

use crate::{
    domain::{SessionId, TokenHash, UserId},
    random::Random,
};

/// A refresh token: the key of the session and 256 random bits.
///
/// The table stores only the SHA-256 hash of the random bits, which cannot be used to sign in. A
/// slow hash would not add security to 256 random bits.
#[derive(Clone)]
pub struct RefreshToken {
    user_id: UserId,
    session_id: SessionId,
    secret: [u8; 32],
}

impl RefreshToken {
    /// Creates a token for a session.
    #[must_use]
    pub fn new(user_id: UserId, session_id: SessionId, random: &Random) -> Self {
        Self { user_id, session_id, secret: random.bytes() }
    }

    /// Parses a token that [`RefreshToken::expose`] created. Returns `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (user_id, rest) = bytes.split_at_checked(16)?;
        let (session_id, secret) = rest.split_at_checked(16)?;
        Some(Self {
            user_id: UserId::from_bytes(user_id)?,
            session_id: SessionId::from_bytes(session_id)?,
            secret: secret.try_into().ok()?,
        })
    }

    /// The account.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The session.
    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.session_id
    }

    /// The token for the client: base64url, 86 characters.
    #[must_use]
    pub fn expose(&self) -> String {
        BASE64URL_NOPAD
            .encode(&[&self.user_id.as_bytes()[..], &self.session_id.as_bytes()[..], &self.secret[..]].concat())
    }

    /// The hash that the session stores.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.secret).as_ref());
        hash
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn the_stored_hash_does_not_reveal_the_token() {
        let random = Random::system();
        let user_id = UserId::new(Timestamp::UNIX_EPOCH, &random);
        let token = RefreshToken::new(user_id, SessionId::new(Timestamp::UNIX_EPOCH, &random), &random);
        let sent = BASE64URL_NOPAD.decode(token.expose().as_bytes()).unwrap();
        assert_eq!(sent.len(), 64);
        assert!(!sent.windows(32).any(|part| part == token.hash()));
        assert_eq!(token.hash().as_slice(), digest(&SHA256, &sent[32..]).as_ref());
        assert_eq!(format!("{token:?}"), "RefreshToken(..)");
    }

    #[test]
    fn a_token_parses_to_itself_and_other_texts_do_not_parse() {
        let random = Random::system();
        let user_id = UserId::new(Timestamp::UNIX_EPOCH, &random);
        let token = RefreshToken::new(user_id, SessionId::new(Timestamp::UNIX_EPOCH, &random), &random);
        let text = token.expose();
        let read = RefreshToken::parse(&text).unwrap();
        assert_eq!((read.user_id(), read.session_id(), read.hash()), (user_id, token.session_id(), token.hash()));
        for other in ["", "x", &text[1..], &format!("{text}AAAA"), &text.replace(&text[..1], "!"), &"A".repeat(5000)] {
            assert!(RefreshToken::parse(other).is_none(), "{other}");
        }
    }
}
