use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

use crate::config::CatalogRateConfig;

/// The maximum number of `catalog-worker` instances. Two is the minimum that Lambda accepts for
/// `MaximumConcurrency` of an event source mapping. `template.yaml` sets the same number.
pub const MAX_WORKERS: u32 = 2;

/// Spaces out this instance's requests to the catalogue, so that all instances together stay within
/// the configured rate.
#[derive(Debug, Clone)]
pub struct Pacer {
    interval: Duration,
    next: Arc<Mutex<Option<Instant>>>,
}

impl Pacer {
    /// Creates a pacer for this instance's share of the rate.
    #[must_use]
    pub fn new(rate: CatalogRateConfig) -> Self {
        Self { interval: Duration::from_secs(1) * MAX_WORKERS / rate.max_rps, next: Arc::default() }
    }

    /// Waits until the next request may be sent.
    pub async fn until_ready(&self) {
        let mut next = self.next.lock().await;
        let ready_at = next.map_or_else(Instant::now, |next| next.max(Instant::now()));
        sleep_until(ready_at).await;
        *next = Some(ready_at + self.interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_of_one_instance_are_spaced_out() {
        let pacer = Pacer::new(CatalogRateConfig { max_rps: 10 });
        let started = Instant::now();
        for _ in 0..6 {
            pacer.until_ready().await;
        }
        assert_eq!(started.elapsed().as_millis(), 1000, "five intervals of 200 ms");
    }
}
