//! Waiting until every event has arrived.

use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval};

use super::rows::{Rows, messages_in};
use crate::support::stack::Stack;

const AT_MOST: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// In a row: what a killed client left behind may still be under way.
const EMPTY_LOOKS: usize = 3;

/// Until nothing is under way any more, with a relay whenever there is something for it. How long that took, and how often the
/// relay was invoked.
pub(crate) async fn settle(stack: &Stack) -> (Duration, usize) {
    let (started, mut relays, mut empty_looks) = (Instant::now(), 0, 0);
    let mut tick = interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while empty_looks < EMPTY_LOOKS {
        tick.tick().await;
        let (queue, outbox) = (messages_in(stack, "audit").await, Rows::of(stack).await.outbox);
        assert!(started.elapsed() < AT_MOST, "{queue} messages in the queue, {outbox} in the outbox");
        empty_looks = if queue == 0 && outbox == 0 { empty_looks + 1 } else { 0 };
        if outbox > 0 {
            relay(stack).await;
            relays += 1;
        }
    }
    (started.elapsed(), relays)
}

/// Invokes `audit-relay` as its schedule does, only sooner. A run that fails is made good by the next one, or the wait is in
/// vain.
async fn relay(stack: &Stack) {
    let path = "2015-03-31/functions/audit-relay/invocations";
    let url = format!("http://127.0.0.1:{}/{path}", stack.api_port());
    let invoked = reqwest::Client::new().post(url).timeout(Duration::from_secs(30)).body(r#"{"detail":"{}"}"#).send();
    match invoked.await {
        Ok(answer) if answer.status().is_success() => {}
        failed => println!("audit-relay: {failed:?}"),
    }
}
