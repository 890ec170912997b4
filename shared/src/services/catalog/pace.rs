use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

use crate::config::CatalogRateConfig;

/// How many instances of `catalog-worker` there are at most: the least that Lambda takes as an event source mapping's
/// `MaximumConcurrency`. `template.yaml` says the same.
pub const WORKERS: u32 = 2;

/// Keeps this instance's questions to the catalogue apart, so that all instances together stay below the configured rate.
#[derive(Debug, Clone)]
pub struct Pace {
    interval: Duration,
    next: Arc<Mutex<Option<Instant>>>,
}

impl Pace {
    /// This instance's share of the rate.
    #[must_use]
    pub fn new(rate: CatalogRateConfig) -> Self {
        Self { interval: Duration::from_secs(1) * WORKERS / rate.max_rps, next: Arc::default() }
    }

    /// Waits until it is this question's turn.
    pub async fn turn(&self) {
        let mut next = self.next.lock().await;
        let turn = next.map_or_else(Instant::now, |next| next.max(Instant::now()));
        sleep_until(turn).await;
        *next = Some(turn + self.interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn questions_of_one_instance_are_kept_apart() {
        let pace = Pace::new(CatalogRateConfig { max_rps: 10 });
        let started = Instant::now();
        for _ in 0..6 {
            pace.turn().await;
        }
        assert_eq!(started.elapsed().as_millis(), 1000, "five intervals of 200 ms");
    }
}
