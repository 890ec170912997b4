//! Waits until every event has arrived.

use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval};

use super::storage::{TableContents, message_count};
use crate::support::{http_client::http_client, stack::Stack};

const DRAIN_TIMEOUT: Duration = Duration::from_mins(1);
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// The number of consecutive empty polls that are required. Requests of aborted clients may still
/// be in progress.
const EMPTY_POLLS: usize = 3;

/// Waits until queue and outbox are empty. Invokes the relay whenever the outbox has events.
/// Returns the duration and the number of relay invocations.
pub(crate) async fn drain(stack: &Stack) -> (Duration, usize) {
    let (started, mut relays, mut empty_polls) = (Instant::now(), 0, 0);
    let mut tick = interval(POLL_INTERVAL);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while empty_polls < EMPTY_POLLS {
        tick.tick().await;
        let (queue, outbox) = (message_count(stack, "audit").await, TableContents::read(stack).await.outbox);
        assert!(started.elapsed() < DRAIN_TIMEOUT, "{queue} messages in the queue, {outbox} events in the outbox");
        empty_polls = if queue == 0 && outbox == 0 { empty_polls + 1 } else { 0 };
        if outbox > 0 {
            invoke_relay(stack).await;
            relays += 1;
        }
    }
    (started.elapsed(), relays)
}

/// Invokes `audit-relay` before its schedule does. A failure is only printed: the next invocation
/// may succeed, or the drain times out.
async fn invoke_relay(stack: &Stack) {
    let path = "2015-03-31/functions/audit-relay/invocations";
    let url = format!("http://127.0.0.1:{}/{path}", stack.api_port());
    let invocation = http_client().post(url).timeout(Duration::from_secs(30)).body(r#"{"detail":"{}"}"#);
    match invocation.send().await {
        Ok(response) if response.status().is_success() => {}
        failed => println!("audit-relay: {failed:?}"),
    }
}
