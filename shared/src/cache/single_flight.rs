//! Deduplication of concurrent loads.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::OnceCell;

/// The time for which a result stays available to requests whose lookup missed just before the
/// result was cached.
const RESULT_LIFETIME: Duration = Duration::from_secs(1);

/// Runs one load for concurrent callers that need the same value.
///
/// The key must include the generation of the data, so that a call after an acknowledged write
/// never gets a value that was read before it.
///
/// When the load fails, all waiting callers get the error, and the next call tries again. When the
/// caller that loads is cancelled, a waiting caller takes over.
pub struct SingleFlight<K, V, E>(Arc<Mutex<HashMap<K, Flight<V, E>>>>);

struct Flight<V, E> {
    /// The time of completion, or of the start while the load is running.
    since: Instant,
    result: Arc<OnceCell<Result<V, E>>>,
}

impl<K: Eq + Hash + Clone, V: Clone, E: Clone> SingleFlight<K, V, E> {
    /// Returns the result of `load`, which runs once per key.
    ///
    /// # Errors
    /// `load` failed.
    pub async fn run<F>(&self, key: K, load: impl FnOnce() -> F) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>>,
    {
        let result = self.join(key.clone());
        let load_once = || async {
            let outcome = load().await;
            self.complete(&key, &outcome);
            outcome
        };
        result.get_or_init(load_once).await.clone()
    }

    fn join(&self, key: K) -> Arc<OnceCell<Result<V, E>>> {
        let mut flights = self.flights();
        // The map holds one reference; each caller that loads or waits holds another.
        let is_in_use = |flight: &Flight<V, E>| Arc::strong_count(&flight.result) > 1;
        flights.retain(|_, flight| is_in_use(flight) || flight.since.elapsed() < RESULT_LIFETIME);
        let flight = flights.entry(key);
        flight.or_insert_with(|| Flight { since: Instant::now(), result: Arc::default() }).result.clone()
    }

    fn complete(&self, key: &K, outcome: &Result<V, E>) {
        let mut flights = self.flights();
        if outcome.is_err() {
            flights.remove(key);
        } else if let Some(flight) = flights.get_mut(key) {
            flight.since = Instant::now();
        }
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<K, Flight<V, E>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V, E> Default for SingleFlight<K, V, E> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, V, E> Clone for SingleFlight<K, V, E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V, E> std::fmt::Debug for SingleFlight<K, V, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SingleFlight")
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn concurrent_calls_with_one_key_load_once() {
        let (flight, loads) = (SingleFlight::default(), AtomicUsize::new(0));
        let load = |key| {
            flight.run(key, || async {
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(loads.fetch_add(1, Ordering::Relaxed))
            })
        };
        let results = join_all((0..100).map(|_| load("a"))).await;
        assert!(results.iter().all(|result| *result == Ok(0)));
        assert_eq!(load("b").await, Ok(1), "another key loads again");
    }

    #[tokio::test]
    async fn a_failed_load_fails_all_waiting_calls_and_the_next_call_retries() {
        let (flight, attempts) = (SingleFlight::default(), AtomicUsize::new(0));
        let fail = || {
            flight.run("a", || async {
                tokio::task::yield_now().await;
                Err(attempts.fetch_add(1, Ordering::Relaxed))
            })
        };
        assert_eq!(join_all((0..100).map(|_| fail())).await, [Err(0); 100]);
        assert_eq!(flight.run("a", || async { Ok(2) }).await, Ok(2));
    }
}
