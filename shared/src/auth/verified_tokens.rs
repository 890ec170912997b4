use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

use super::token::{AccessToken, Lifetime};

/// The number of tokens: about 30 KB. A client uses one token for 15 minutes.
const CAPACITY: usize = 256;

/// Tokens with a verified signature and verified claims, by their SHA-256 digest.
///
/// Verifying a signature takes longer than everything else that a cached response needs. Only the
/// digest is stored, so memory contains no token. Callers check the lifetime each time.
#[derive(Default)]
pub(super) struct VerifiedTokens(Mutex<HashMap<Digest, (AccessToken, Lifetime)>>);

/// The SHA-256 digest of a token.
pub(super) type Digest = [u8; SHA256_OUTPUT_LEN];

/// Returns the digest of a token.
pub(super) fn digest_of(token: &str) -> Digest {
    let mut bytes = Digest::default();
    bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    bytes
}

impl VerifiedTokens {
    pub(super) fn get(&self, digest: &Digest) -> Option<(AccessToken, Lifetime)> {
        self.tokens().get(digest).copied()
    }

    /// Stores a token. When the memory is full, removes all others, which are verified again.
    pub(super) fn insert(&self, digest: Digest, token: AccessToken, lifetime: Lifetime) {
        let mut tokens = self.tokens();
        if tokens.len() >= CAPACITY {
            tokens.clear();
        }
        tokens.insert(digest, (token, lifetime));
    }

    pub(super) fn remove(&self, digest: &Digest) {
        self.tokens().remove(digest);
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<Digest, (AccessToken, Lifetime)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Role, SessionId, UserId};

    #[test]
    fn memory_is_bounded() {
        let tokens = VerifiedTokens::default();
        let user_id = UserId::from_bytes(&[1; 16]).unwrap();
        let session_id = SessionId::from_bytes(&[2; 16]).unwrap();
        let token = AccessToken { user_id, session_id, role: Role::User };
        for number in 0..3 * CAPACITY {
            let digest = digest_of(&number.to_string());
            tokens.insert(digest, token, Lifetime { not_before: 0, expires_at: 1 });
            assert!(tokens.get(&digest).is_some());
        }
        assert!(tokens.tokens().len() <= CAPACITY);
    }
}
