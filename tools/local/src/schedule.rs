//! EventBridge Scheduler: invokes a function at a fixed rate with the event that Scheduler sends
//! when the target has no input,
//! <https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html>.
//!
//! As on AWS, the first invocation happens at once. Two things differ. AWS retries a failed
//! invocation; here the next one happens on schedule. AWS invokes a function that is still running
//! a second time; here the next invocation waits until the previous one has ended.

use std::time::Duration;

use serde_json::{Value, json};
use shared::{clock::Clock, random::Random};
use tokio::{sync::watch, time::MissedTickBehavior};
use uuid::Builder;

use crate::{
    event_source::LogSink,
    invoke::{InvokeError, LambdaFunction},
};

pub(crate) struct Schedule {
    pub(crate) name: &'static str,
    pub(crate) function: LambdaFunction,
    pub(crate) rate: Duration,
    pub(crate) log: LogSink,
}

impl Schedule {
    /// Runs until the stack stops. Does not wait for an invocation that is in progress.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        tokio::select! {
            _stopping_or_sender_gone = stopping.wait_for(|stopping| *stopping) => {}
            () = self.invoke_at_rate() => {}
        }
    }

    async fn invoke_at_rate(&self) {
        let (clock, random) = (Clock::system(), Random::system());
        let mut tick = tokio::time::interval(self.rate);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            if let Err(InvokeError::NotInvoked(reason) | InvokeError::Function(reason)) =
                self.function.invoke(&event(self.name, &clock, &random)).await
            {
                (self.log)(&format!("schedule {} -> {}: {reason}", self.name, self.function.name()));
            }
        }
    }
}

/// The event. `detail` is a string, not an object, which is Scheduler's default.
fn event(schedule: &str, clock: &Clock, random: &Random) -> Value {
    json!({
        "version": "0",
        "id": Builder::from_random_bytes(random.bytes()).into_uuid().to_string(),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "000000000000",
        "time": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": "us-east-1",
        "resources": [format!("arn:aws:scheduler:us-east-1:000000000000:schedule/default/{schedule}")],
        "detail": "{}",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{LoggedLines, Reply, StubFunction, eventually};

    #[tokio::test]
    async fn a_function_is_invoked_at_once_and_then_at_the_rate_even_after_a_failure() {
        let stub = StubFunction::start(
            |_, number| if number == 0 { Reply::Status(500) } else { Reply::Payload("null".into()) },
        )
        .await;
        let log = LoggedLines::default();
        let (stop, stopping) = watch::channel(false);
        let function = stub.function(Duration::from_secs(5));
        let schedule = Schedule { name: "every-so-often", function, rate: Duration::from_millis(200), log: log.sink() };
        let running = tokio::spawn(schedule.run(stopping));

        eventually("three invocations", async || stub.events().len() >= 3).await;
        stop.send_replace(true);
        running.await.unwrap();

        let events = stub.events();
        assert_eq!(events[0]["source"], "aws.scheduler");
        assert_eq!(events[0]["detail"], "{}");
        assert_eq!(
            events[0]["resources"][0],
            "arn:aws:scheduler:us-east-1:000000000000:schedule/default/every-so-often"
        );
        assert_eq!(events[0]["time"].as_str().unwrap().len(), "2026-01-01T00:00:00Z".len());
        assert_ne!(events[0]["id"], events[1]["id"]);
        assert_eq!(log.lines().len(), 1, "{:?}", log.lines());
    }
}
