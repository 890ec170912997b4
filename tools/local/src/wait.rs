//! Polling for a condition.

use std::time::{Duration, Instant};

/// Evaluates `condition` ten times a second until it is true. Returns `false` after `timeout`.
pub(crate) async fn until(timeout: Duration, mut condition: impl AsyncFnMut() -> bool) -> bool {
    let started = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    loop {
        tick.tick().await;
        if condition().await {
            return true;
        }
        if started.elapsed() > timeout {
            return false;
        }
    }
}
