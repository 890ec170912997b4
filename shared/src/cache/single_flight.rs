use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::OnceCell;

/// Who learnt of the miss a moment before the refill was done still finds its result here.
const REMEMBERED: Duration = Duration::from_secs(1);

/// Many who need the same at once make one refill.
///
/// The key names the thing and its generation, so nobody is given what was read before a write that was acknowledged before
/// the asking. When the refill fails, all who wait learn it at once and the next one tries; when whoever makes it gives up,
/// one of those who wait goes on.
pub struct SingleFlight<K, V, E>(Arc<Mutex<HashMap<K, Flight<V, E>>>>);

struct Flight<V, E> {
    since: Instant,
    result: Arc<OnceCell<Result<V, E>>>,
}

impl<K: Eq + Hash + Clone, V: Clone, E: Clone> SingleFlight<K, V, E> {
    /// What `make` gives, made once for each key.
    ///
    /// # Errors
    /// What `make` fails with.
    pub async fn run<F>(&self, key: K, make: impl FnOnce() -> F) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>>,
    {
        let result = self.join(key.clone());
        let fly = || async {
            let outcome = make().await;
            self.landed(&key, outcome.is_ok());
            outcome
        };
        result.get_or_init(fly).await.clone()
    }

    fn join(&self, key: K) -> Arc<OnceCell<Result<V, E>>> {
        let mut flights = self.flights();
        // The map's own is one; whoever makes or waits for a result holds another.
        let is_needed = |flight: &Flight<V, E>| Arc::strong_count(&flight.result) > 1;
        flights.retain(|_, flight| is_needed(flight) || flight.since.elapsed() < REMEMBERED);
        let flight = flights.entry(key);
        flight.or_insert_with(|| Flight { since: Instant::now(), result: Arc::default() }).result.clone()
    }

    fn landed(&self, key: &K, well: bool) {
        let mut flights = self.flights();
        if !well {
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
    async fn many_who_ask_at_once_make_one_refill() {
        let (flight, made) = (SingleFlight::default(), AtomicUsize::new(0));
        let ask = |key| {
            flight.run(key, || async {
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(made.fetch_add(1, Ordering::Relaxed))
            })
        };
        let results = join_all((0..100).map(|_| ask("a"))).await;
        assert!(results.iter().all(|result| *result == Ok(0)));
        assert_eq!(ask("b").await, Ok(1), "another key is another refill");
    }

    #[tokio::test]
    async fn a_refill_that_fails_fails_for_all_who_wait_and_is_tried_by_the_next() {
        let (flight, tried) = (SingleFlight::default(), AtomicUsize::new(0));
        let fail = || {
            flight.run("a", || async {
                tokio::task::yield_now().await;
                Err(tried.fetch_add(1, Ordering::Relaxed))
            })
        };
        assert_eq!(join_all((0..100).map(|_| fail())).await, [Err(0); 100]);
        assert_eq!(flight.run("a", || async { Ok(2) }).await, Ok(2));
    }
}
