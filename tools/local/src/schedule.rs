//! EventBridge Scheduler: invokes a function at a fixed rate, with the event that Scheduler makes for a target without an
//! input of its own, <https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html>.
//!
//! As on AWS, a rate begins with an invocation at once. Where it differs: Scheduler and Lambda try a failed invocation
//! again, and invoke a function that still runs a second time; here the next one is on time or, when the one before
//! took longer, at its end.

use std::time::Duration;

use serde_json::{Value, json};
use shared::{clock::Clock, random::Random};
use tokio::{sync::watch, time::MissedTickBehavior};
use uuid::Builder;

use crate::{
    event_source::Say,
    invoke::{Failure, Function},
};

pub(crate) struct Schedule {
    /// The schedule's own name.
    pub(crate) name: &'static str,
    pub(crate) function: Function,
    pub(crate) rate: Duration,
    pub(crate) say: Say,
}

impl Schedule {
    /// Works until it is told to stop; then it stops at once.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        tokio::select! {
            _stopping_or_gone = stopping.wait_for(|stopping| *stopping) => {}
            () = self.fire() => {}
        }
    }

    async fn fire(&self) {
        let (clock, random) = (Clock::system(), Random::system());
        let mut tick = tokio::time::interval(self.rate);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            if let Err(Failure::NotInvoked(why) | Failure::Function(why)) =
                self.function.invoke(&event(self.name, &clock, &random)).await
            {
                (self.say)(&format!("schedule {} -> {}: {why}", self.name, self.function.name()));
            }
        }
    }
}

/// `detail` is a text, not an object: Scheduler's default.
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
    use crate::support::{Reply, Said, StubFunction, eventually};

    #[tokio::test]
    async fn a_function_is_invoked_at_once_and_then_at_the_rate_whatever_it_answers() {
        let stub = StubFunction::start(
            |_, number| if number == 0 { Reply::Status(500) } else { Reply::Payload("null".into()) },
        )
        .await;
        let said = Said::default();
        let (stop, stopping) = watch::channel(false);
        let function = stub.function(Duration::from_secs(5));
        let schedule = Schedule { name: "every-so-often", function, rate: Duration::from_millis(200), say: said.say() };
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
        assert_eq!(said.lines().len(), 1, "{:?}", said.lines());
    }
}
