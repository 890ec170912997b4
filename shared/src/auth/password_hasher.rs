use std::{sync::Arc, thread::available_parallelism, time::Duration};

use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use super::password_hash;
use crate::{
    config::PepperConfig,
    domain::{Error, Password, StoredPassword},
    random::Random,
};

/// How long a request waits for its turn to hash. A Lambda instance serves one request at a time; where the same
/// binary serves many, a burst of sign-ins must shed instead of piling up.
const MAX_WAIT: Duration = Duration::from_millis(1500);

/// Hashes and compares passwords off the async thread, at most one per core at a time.
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    turns: Arc<Semaphore>,
    max_wait: Duration,
    peppers: Arc<PepperConfig>,
    random: Random,
}

/// What comparing a password came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordMatch {
    /// It is the right one.
    Correct,
    /// It is the right one, and its hash was made with older parameters or an older pepper: it should be made anew.
    CorrectButOutdated,
    /// It is not, or there is no such account.
    Wrong,
}

impl PasswordHasher {
    /// A hasher that uses as many threads as the machine has cores.
    #[must_use]
    pub fn new(peppers: PepperConfig, random: Random) -> Self {
        Self::with_limits(peppers, random, available_parallelism().map_or(1, usize::from), MAX_WAIT)
    }

    fn with_limits(peppers: PepperConfig, random: Random, parallel: usize, max_wait: Duration) -> Self {
        Self { turns: Arc::new(Semaphore::new(parallel)), max_wait, peppers: Arc::new(peppers), random }
    }

    /// Hashes a password under a new salt and the newest pepper.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many others are waiting.
    pub async fn hash(&self, password: Password) -> Result<StoredPassword, Error> {
        let salt = self.random.bytes();
        let peppers = self.peppers.clone();
        self.run(move || {
            let (pepper, secret) = newest(&peppers);
            Ok(StoredPassword { phc: password_hash::hash(&password, &salt, secret)?, pepper })
        })
        .await
    }

    /// Compares a password with the stored one. Without one (an unknown account) the same work is done, and the answer is
    /// no.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many others are waiting; [`Error::Internal`] when the stored hash is broken.
    pub async fn verify(&self, password: Password, stored: Option<StoredPassword>) -> Result<PasswordMatch, Error> {
        let peppers = self.peppers.clone();
        self.run(move || {
            let Some(stored) = stored else {
                let (_, secret) = newest(&peppers);
                return password_hash::verify(&password, password_hash::NOBODY, secret).map(|_| PasswordMatch::Wrong);
            };
            let Some(secret) = find(&peppers, stored.pepper.as_deref()) else {
                // The same work and the same answer as for any other account; what is wrong is for the log.
                tracing::error!(pepper = stored.pepper, "a password's pepper is not configured any more");
                let (_, secret) = newest(&peppers);
                return password_hash::verify(&password, password_hash::NOBODY, secret).map(|_| PasswordMatch::Wrong);
            };
            let is_current = password_hash::is_current(&stored.phc) && stored.pepper == newest(&peppers).0;
            Ok(match (password_hash::verify(&password, &stored.phc, secret)?, is_current) {
                (false, _) => PasswordMatch::Wrong,
                (true, true) => PasswordMatch::Correct,
                (true, false) => PasswordMatch::CorrectButOutdated,
            })
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
    ) -> Result<T, Error> {
        let turn = timeout(self.max_wait, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Error::Overloaded)?.map_err(|closed| Error::Internal(Arc::new(closed)))?;
        let result = spawn_blocking(move || {
            // Held by the thread: a caller that goes away does not make room before the work is done.
            let _turn = turn;
            work()
        });
        result
            .await
            .map_err(|_panic| Error::Internal(Arc::new(Panicked)))?
            .map_err(|broken| Error::Internal(Arc::new(broken)))
    }
}

/// The thread's own words may quote a value, so they are not kept; where it happened is in the log already.
#[derive(Debug, thiserror::Error)]
#[error("hashing panicked")]
struct Panicked;

/// The pepper for new hashes and its id.
fn newest(config: &PepperConfig) -> (Option<String>, &[u8]) {
    match config.peppers.first() {
        Some((id, secret)) => (Some(id.clone()), secret.expose()),
        None => (None, &[]),
    }
}

fn find<'a>(config: &'a PepperConfig, id: Option<&str>) -> Option<&'a [u8]> {
    let Some(id) = id else { return Some(&[]) };
    let found = config.peppers.iter().find(|(known, _)| known == id);
    found.map(|(_, secret)| secret.expose().as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn password() -> Password {
        Password::parse("correct horse").unwrap()
    }

    fn hasher(peppers: &[&str]) -> PasswordHasher {
        let peppers = peppers.iter().map(|id| ((*id).to_owned(), Secret::new(id.as_bytes().to_vec()))).collect();
        PasswordHasher::new(PepperConfig { peppers }, Random::system())
    }

    #[tokio::test]
    async fn a_hash_verifies_and_an_unknown_account_never_does() {
        let hasher = hasher(&[]);
        let stored = hasher.hash(password()).await.unwrap();
        assert_eq!(hasher.verify(password(), Some(stored)).await.unwrap(), PasswordMatch::Correct);
        assert_eq!(hasher.verify(password(), None).await.unwrap(), PasswordMatch::Wrong);
    }

    #[tokio::test]
    async fn a_hash_with_an_older_pepper_is_right_and_dated() {
        let unpeppered = hasher(&[]).hash(password()).await.unwrap();
        let first = hasher(&["1"]).hash(password()).await.unwrap();
        assert_eq!(first.pepper.as_deref(), Some("1"));
        let rotated = hasher(&["2", "1"]);
        for stored in [unpeppered, first.clone()] {
            assert_eq!(rotated.verify(password(), Some(stored)).await.unwrap(), PasswordMatch::CorrectButOutdated);
        }
        assert_eq!(hasher(&["1"]).verify(password(), Some(first.clone())).await.unwrap(), PasswordMatch::Correct);
        assert_eq!(hasher(&["2"]).verify(password(), Some(first)).await.unwrap(), PasswordMatch::Wrong, "its pepper is gone");
    }

    #[tokio::test]
    async fn a_burst_is_shed_instead_of_queued_without_end() {
        let hasher = PasswordHasher::with_limits(PepperConfig::default(), Random::system(), 1, Duration::ZERO);
        let _busy = hasher.turns.clone().try_acquire_owned().unwrap();
        assert!(matches!(hasher.hash(password()).await, Err(Error::Overloaded)));
    }

    #[tokio::test]
    async fn a_broken_stored_hash_is_a_fault_of_ours() {
        let broken = StoredPassword { phc: "$argon2id$broken".to_owned(), pepper: None };
        assert!(matches!(hasher(&[]).verify(password(), Some(broken)).await, Err(Error::Internal(_))));
    }
}
