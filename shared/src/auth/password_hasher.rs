use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    thread::available_parallelism,
    time::Duration,
};

use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use super::password_hash::{self, Memory};
use crate::{
    config::PepperConfig,
    domain::{Error, Password, StoredPassword},
    random::Random,
};

/// The maximum time for which a request waits for a hashing thread. A Lambda instance serves one
/// request at a time; a binary that serves many must reject a burst of sign-ins instead of queueing
/// it.
const MAX_WAIT: Duration = Duration::from_millis(1500);

/// Hashes and verifies passwords on blocking threads, at most one per core concurrently.
///
/// Each concurrent hash takes 19 MiB, which is allocated once and then reused. Nothing is allocated
/// and no thread is started before the first hash.
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    permits: Arc<Semaphore>,
    unused: Arc<UnusedMemory>,
    max_wait: Duration,
    peppers: Arc<PepperConfig>,
    random: Random,
}

/// The result of comparing a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordMatch {
    /// The password is correct.
    Correct,
    /// The password is correct, but its hash has outdated parameters or an outdated pepper and
    /// should be replaced.
    CorrectButOutdated,
    /// The password is wrong, or the account does not exist.
    Wrong,
}

impl PasswordHasher {
    /// Creates a hasher that uses as many threads as the machine has cores.
    #[must_use]
    pub fn new(peppers: PepperConfig, random: Random) -> Self {
        Self::with_limits(peppers, random, available_parallelism().map_or(1, usize::from), MAX_WAIT)
    }

    fn with_limits(peppers: PepperConfig, random: Random, parallel: usize, max_wait: Duration) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(parallel)),
            unused: Arc::default(),
            max_wait,
            peppers: Arc::new(peppers),
            random,
        }
    }

    /// Hashes a password with a new salt and the newest pepper.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many requests are waiting.
    pub async fn hash(&self, password: Password) -> Result<StoredPassword, Error> {
        let salt = self.random.bytes();
        let peppers = self.peppers.clone();
        self.run(move |memory| {
            let (pepper, secret) = newest(&peppers);
            Ok(StoredPassword { phc: password_hash::hash(&password, &salt, secret, memory)?, pepper })
        })
        .await
    }

    /// Compares a password with the stored one. Without a stored password, for an unknown account,
    /// it does the same work and returns [`PasswordMatch::Wrong`].
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many requests are waiting; [`Error::Internal`] when the
    /// stored hash is corrupt.
    pub async fn verify(&self, password: Password, stored: Option<StoredPassword>) -> Result<PasswordMatch, Error> {
        let peppers = self.peppers.clone();
        self.run(move |memory| {
            let Some(stored) = stored else {
                let (_, secret) = newest(&peppers);
                return password_hash::verify(&password, password_hash::DUMMY_HASH, secret, memory)
                    .map(|_| PasswordMatch::Wrong);
            };
            let Some(secret) = find(&peppers, stored.pepper.as_deref()) else {
                // The same work and result as for every other account. Only the log shows the
                // difference.
                tracing::error!(pepper = stored.pepper, "a password's pepper is not configured any more");
                let (_, secret) = newest(&peppers);
                return password_hash::verify(&password, password_hash::DUMMY_HASH, secret, memory)
                    .map(|_| PasswordMatch::Wrong);
            };
            let is_current = password_hash::is_current(&stored.phc) && stored.pepper == newest(&peppers).0;
            Ok(match (password_hash::verify(&password, &stored.phc, secret, memory)?, is_current) {
                (false, _) => PasswordMatch::Wrong,
                (true, true) => PasswordMatch::Correct,
                (true, false) => PasswordMatch::CorrectButOutdated,
            })
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T, argon2::password_hash::Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = timeout(self.max_wait, self.permits.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| Error::Overloaded)?.map_err(|closed| Error::Internal(Arc::new(closed)))?;
        let unused = self.unused.clone();
        let result = spawn_blocking(move || {
            // The thread holds the permit: a cancelled request does not free it before the work is
            // done.
            let _permit = permit;
            let mut memory = unused.take();
            let result = work(&mut memory);
            // After a panic, the memory is freed and the next hash allocates it again.
            unused.put_back(memory);
            result
        });
        result
            .await
            .map_err(|_panic| Error::Internal(Arc::new(Panicked)))?
            .map_err(|corrupt| Error::Internal(Arc::new(corrupt)))
    }
}

/// The memory of hashes that have ended, at most one for each permit. The one that was put back
/// last is taken first, so sequential requests share one.
#[derive(Default)]
struct UnusedMemory(Mutex<Vec<Memory>>);

impl UnusedMemory {
    fn take(&self) -> Memory {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn put_back(&self, memory: Memory) {
        if memory.has_usual_size() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        }
    }
}

impl fmt::Debug for UnusedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The content is derived from passwords.
        f.debug_struct("UnusedMemory").finish_non_exhaustive()
    }
}

/// The panic message of the hashing thread is dropped, because it can contain a value. The log has
/// its location.
#[derive(Debug, thiserror::Error)]
#[error("hashing panicked")]
struct Panicked;

/// The pepper for new hashes, with its id.
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
    use futures_util::future::join_all;

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
    async fn a_hash_verifies_and_an_unknown_account_does_not() {
        let hasher = hasher(&[]);
        let stored = hasher.hash(password()).await.unwrap();
        assert_eq!(hasher.verify(password(), Some(stored)).await.unwrap(), PasswordMatch::Correct);
        assert_eq!(hasher.verify(password(), None).await.unwrap(), PasswordMatch::Wrong);
    }

    #[tokio::test]
    async fn a_hash_with_an_older_pepper_is_correct_but_outdated() {
        let unpeppered = hasher(&[]).hash(password()).await.unwrap();
        let first = hasher(&["1"]).hash(password()).await.unwrap();
        assert_eq!(first.pepper.as_deref(), Some("1"));
        let rotated = hasher(&["2", "1"]);
        for stored in [unpeppered, first.clone()] {
            assert_eq!(rotated.verify(password(), Some(stored)).await.unwrap(), PasswordMatch::CorrectButOutdated);
        }
        assert_eq!(hasher(&["1"]).verify(password(), Some(first.clone())).await.unwrap(), PasswordMatch::Correct);
        assert_eq!(
            hasher(&["2"]).verify(password(), Some(first)).await.unwrap(),
            PasswordMatch::Wrong,
            "its pepper is no longer configured"
        );
    }

    #[tokio::test]
    async fn a_burst_is_rejected_instead_of_queued() {
        let hasher = PasswordHasher::with_limits(PepperConfig::default(), Random::system(), 1, Duration::ZERO);
        let _busy = hasher.permits.clone().try_acquire_owned().unwrap();
        assert!(matches!(hasher.hash(password()).await, Err(Error::Overloaded)));
    }

    #[tokio::test]
    async fn a_corrupt_stored_hash_is_an_internal_error() {
        let corrupt = StoredPassword { phc: "$argon2id$broken".to_owned(), pepper: None };
        assert!(matches!(hasher(&[]).verify(password(), Some(corrupt)).await, Err(Error::Internal(_))));
    }

    #[tokio::test]
    async fn sequential_hashes_share_one_memory_and_concurrent_ones_take_one_each() {
        let hasher = PasswordHasher::with_limits(PepperConfig::default(), Random::system(), 2, MAX_WAIT);
        let memories = || hasher.unused.0.lock().unwrap().len();
        assert_eq!(memories(), 0, "nothing is allocated before the first hash");
        let stored = hasher.hash(password()).await.unwrap();
        hasher.verify(password(), Some(stored)).await.unwrap();
        hasher.verify(password(), None).await.unwrap();
        assert_eq!(memories(), 1);
        let results = join_all((0..4).map(|_| hasher.hash(password()))).await;
        assert!(results.iter().all(Result::is_ok));
        assert!((1..=2).contains(&memories()));
    }

    #[tokio::test]
    async fn a_panic_frees_its_permit_and_later_hashes_succeed() {
        let hasher = PasswordHasher::with_limits(PepperConfig::default(), Random::system(), 1, MAX_WAIT);
        hasher.hash(password()).await.unwrap();
        let panicked = hasher.run::<()>(|_| panic!("expected by this test")).await;
        assert!(matches!(panicked, Err(Error::Internal(_))));
        hasher.hash(password()).await.unwrap();
    }

    #[tokio::test]
    async fn a_cancelled_request_holds_its_permit_until_its_hash_is_done() {
        let hasher = PasswordHasher::with_limits(PepperConfig::default(), Random::system(), 1, Duration::ZERO);
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let mut cancelled = Box::pin(hasher.run(move |_| {
            finished.recv().unwrap();
            Ok(())
        }));
        assert!(futures_util::poll!(&mut cancelled).is_pending());
        drop(cancelled);
        assert!(matches!(hasher.hash(password()).await, Err(Error::Overloaded)));
        finish.send(()).unwrap();
        let _freed = timeout(MAX_WAIT, hasher.permits.acquire()).await.unwrap().unwrap();
    }
}
