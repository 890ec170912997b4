use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::OnceCell;

/// Who learnt of the miss a moment before the refill was done still finds its result here.
const REMEMBERED: Duration = Duration::from_secs(1);

/// Many who need the same at once make one refill.
///
/// The key names the thing and its generation, so nobody is given what was read before a write that was acknowledged before
/// the asking. When the refill fails, or whoever makes it gives up, the next one tries.
pub struct SingleFlight<K, V>(Arc<Mutex<HashMap<K, Flight<V>>>>);

struct Flight<V> {
    since: Instant,
    result: Arc<OnceCell<V>>,
}

impl<K: Eq + Hash, V: Clone> SingleFlight<K, V> {
    /// What `make` gives, made once for each key.
    ///
    /// # Errors
    /// What `make` fails with.
    pub async fn run<E, F>(&self, key: K, make: impl FnOnce() -> F) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>>,
    {
        let result = self.join(key);
        result.get_or_try_init(make).await.cloned()
    }

    fn join(&self, key: K) -> Arc<OnceCell<V>> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The map's own is one; whoever makes or waits for a result holds another.
        let is_needed = |flight: &Flight<V>| Arc::strong_count(&flight.result) > 1;
        flights.retain(|_, flight| is_needed(flight) || flight.since.elapsed() < REMEMBERED);
        let flight = flights.entry(key);
        flight.or_insert_with(|| Flight { since: Instant::now(), result: Arc::default() }).result.clone()
    }
}

impl<K, V> Default for SingleFlight<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, V> Clone for SingleFlight<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V> std::fmt::Debug for SingleFlight<K, V> {
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
    async fn a_refill_that_fails_is_tried_by_the_next() {
        let flight = SingleFlight::default();
        assert_eq!(flight.run("a", || async { Err("broken") }).await, Err("broken"));
        assert_eq!(flight.run("a", || async { Ok::<_, &str>(2) }).await, Ok(2));
    }
}
