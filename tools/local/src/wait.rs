//! Waiting for something that only shows when asked.

use std::time::{Duration, Instant};

/// Asks ten times a second until the answer is yes. False when the time is up.
pub(crate) async fn until(limit: Duration, mut question: impl AsyncFnMut() -> bool) -> bool {
    let started = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    loop {
        tick.tick().await;
        if question().await {
            return true;
        }
        if started.elapsed() > limit {
            return false;
        }
    }
}
