use std::{sync::Arc, thread::available_parallelism, time::Duration};

use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use super::password_hash;
use crate::{
    domain::{Error, Password},
    random::Random,
};

/// How long a request waits for its turn to hash. A Lambda instance serves one request at a time; where the same
/// binary serves many, a burst of sign-ins must shed instead of piling up.
const MAX_WAIT: Duration = Duration::from_millis(1500);

/// Hashes and compares passwords off the async thread, at most one per core at a time.
#[derive(Debug, Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    max_wait: Duration,
    random: Random,
}

impl Hasher {
    /// A hasher that uses as many threads as the machine has cores.
    #[must_use]
    pub fn new(random: Random) -> Self {
        Self::with_limits(random, available_parallelism().map_or(1, usize::from), MAX_WAIT)
    }

    fn with_limits(random: Random, parallel: usize, max_wait: Duration) -> Self {
        Self { turns: Arc::new(Semaphore::new(parallel)), max_wait, random }
    }

    /// Hashes a password under a new salt; gives a PHC string.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many others are waiting.
    pub async fn hash(&self, password: Password) -> Result<String, Error> {
        let salt = self.random.bytes();
        self.run(move || password_hash::hash(&password, &salt)).await
    }

    /// Compares a password with a stored PHC string. Without one (an unknown account) the same work is done, and the
    /// answer is no.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many others are waiting; [`Error::Internal`] when the stored string is broken.
    pub async fn verify(&self, password: Password, phc: Option<String>) -> Result<bool, Error> {
        self.run(move || match phc {
            Some(phc) => password_hash::verify(&password, &phc),
            None => password_hash::verify(&password, password_hash::NOBODY).map(|_| false),
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
            .map_err(|panic| Error::Internal(Arc::new(panic)))?
            .map_err(|broken| Error::Internal(Arc::new(broken)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password() -> Password {
        Password::parse("correct horse").unwrap()
    }

    #[tokio::test]
    async fn a_hash_verifies_and_an_unknown_account_never_does() {
        let hasher = Hasher::new(Random::system());
        let phc = hasher.hash(password()).await.unwrap();
        assert!(hasher.verify(password(), Some(phc)).await.unwrap());
        assert!(!hasher.verify(password(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_burst_is_shed_instead_of_queued_without_end() {
        let hasher = Hasher::with_limits(Random::system(), 1, Duration::ZERO);
        let _busy = hasher.turns.clone().try_acquire_owned().unwrap();
        assert!(matches!(hasher.hash(password()).await, Err(Error::Overloaded)));
    }

    #[tokio::test]
    async fn a_broken_stored_hash_is_a_fault_of_ours() {
        let hasher = Hasher::new(Random::system());
        let broken = Some("$argon2id$broken".to_owned());
        assert!(matches!(hasher.verify(password(), broken).await, Err(Error::Internal(_))));
    }
}
