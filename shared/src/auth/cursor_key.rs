use std::{fmt, sync::Arc};

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use data_encoding::BASE64URL_NOPAD;

use crate::{config::CursorConfig, domain::Error};

/// A constant nonce. AES-GCM-SIV (RFC 8452) remains safe with repeated nonces and only reveals that
/// two cursors are equal. In return, a position always has the same cursor, so an unchanged page
/// keeps its `ETag`.
const NONCE: [u8; NONCE_LEN] = [0; NONCE_LEN];

/// Encrypts the position at which a page ended into an opaque cursor. A cursor is valid for one
/// scope only: the user and the query that it was issued for.
#[derive(Clone)]
pub struct CursorKey(Arc<LessSafeKey>);

impl CursorKey {
    /// Creates the key.
    ///
    /// # Panics
    /// Never: the configuration has exactly the 32 bytes that the cipher requires.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the length is fixed by the type")]
    pub fn new(config: &CursorConfig) -> Self {
        let key = UnboundKey::new(&AES_256_GCM_SIV, config.key.expose()).expect("the key has 32 bytes");
        Self(Arc::new(LessSafeKey::new(key)))
    }

    /// Creates a cursor, in base64url.
    ///
    /// # Errors
    /// [`Error::Internal`]; not expected for a few bytes.
    pub fn seal(&self, scope: &str, position: &[u8]) -> Result<String, Error> {
        let mut sealed = position.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(NONCE), Aad::from(scope.as_bytes()), &mut sealed)
            .map_err(|cause| Error::Internal(Arc::new(cause)))?;
        Ok(BASE64URL_NOPAD.encode(&sealed))
    }

    /// Decrypts a cursor that [`CursorKey::seal`] created for the same scope.
    ///
    /// # Errors
    /// [`Error::BadCursor`] for any other text.
    pub fn open(&self, scope: &str, cursor: &str) -> Result<Vec<u8>, Error> {
        let mut sealed = BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| Error::BadCursor)?;
        let position = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(NONCE), Aad::from(scope.as_bytes()), &mut sealed)
            .map_err(|_| Error::BadCursor)?;
        Ok(position.to_vec())
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn key(byte: u8) -> CursorKey {
        CursorKey::new(&CursorConfig { key: Secret::new([byte; 32]) })
    }

    #[test]
    fn a_cursor_opens_with_its_own_key_and_scope_only() {
        let cursor = key(1).seal("user A", b"position").unwrap();
        assert_eq!(key(1).open("user A", &cursor).unwrap(), b"position");
        assert!(matches!(key(1).open("user B", &cursor), Err(Error::BadCursor)));
        assert!(matches!(key(2).open("user A", &cursor), Err(Error::BadCursor)));
    }

    #[test]
    fn one_position_has_one_cursor() {
        assert_eq!(key(1).seal("a", b"p").unwrap(), key(1).seal("a", b"p").unwrap());
        assert_ne!(key(1).seal("a", b"p").unwrap(), key(1).seal("a", b"q").unwrap());
    }

    #[test]
    fn changing_any_character_invalidates_a_cursor() {
        let cursor = key(1).seal("scope", b"position").unwrap();
        for index in 0..cursor.len() {
            let mut bytes = cursor.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(key(1).open("scope", &changed).is_err(), "{changed}");
        }
        for text in ["", "A", "AAAA", "not base64!", &"A".repeat(5000)] {
            assert!(key(1).open("scope", text).is_err());
        }
    }
}
