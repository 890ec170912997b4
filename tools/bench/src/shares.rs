//! Requests at the CPU share that Lambda gives a function.

use std::time::Duration;

use anyhow::Result;

use crate::{
    measure::milliseconds,
    statistics::{median, percentile},
    subject::Subject,
    throttle::{PERIOD, Throttle},
    world::{Backends, World},
};

/// The elapsed times of requests at one share, in milliseconds.
#[derive(Default)]
pub(crate) struct Throttled {
    pub(crate) first: Vec<f64>,
    pub(crate) steady: Vec<f64>,
    /// Steady requests without the delay that the proxies added.
    pub(crate) steady_without_delay: Vec<f64>,
}

/// The number of processes, and of requests that each handles after the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SharePlan {
    pub(crate) memory: u32,
    pub(crate) starts: usize,
    pub(crate) requests: usize,
    /// The delay that the network adds to every response of a backend.
    pub(crate) delay: Duration,
}

/// Measures a subject. Requests are further apart than one period, so each begins with its full
/// quota.
pub(crate) async fn measure(world: &World, subject: &Subject, plan: SharePlan) -> Result<Throttled> {
    world.dynamo.set_answers(subject.answers);
    let mut throttled = Throttled::default();
    for _ in 0..plan.starts {
        set_delay(world, Duration::ZERO);
        let mut instance = subject.start(world, plan.memory, Backends::Connected).await?;
        let group = Throttle::new(plan.memory)?;
        group.add(instance.process.pid)?;
        set_delay(world, plan.delay);
        for number in 0..=plan.requests {
            next_period().await;
            take_delay(world);
            let wall = milliseconds(subject.request(world, &mut instance).await?.cost.wall);
            let without_delay = wall - milliseconds(take_delay(world));
            match number {
                0 => throttled.first.push(wall),
                // The second request still does some things for the first time.
                1 | 2 => {}
                _ => {
                    throttled.steady.push(wall);
                    throttled.steady_without_delay.push(without_delay);
                }
            }
        }
        // The process ends before its group is removed.
        drop(instance);
    }
    set_delay(world, Duration::ZERO);
    Ok(throttled)
}

impl Throttled {
    /// The median first request divided by the median steady request.
    pub(crate) fn first_to_steady(&self) -> f64 {
        median(&self.first) / median(&self.steady)
    }

    /// The 99th percentile of steady requests without the injected delay.
    pub(crate) fn added_p99(&self) -> f64 {
        percentile(&self.steady_without_delay, 99)
    }
}

fn set_delay(world: &World, delay: Duration) {
    for proxy in [&world.to_dynamo, &world.to_redis, &world.to_sqs] {
        proxy.set_delay(delay);
    }
}

/// Returns the delay that a request waited for. SQS is called beside Redis, so its delay does not
/// add to that of Redis.
fn take_delay(world: &World) -> Duration {
    let _concurrent = world.to_sqs.take_delayed();
    world.to_redis.take_delayed() + world.to_dynamo.take_delayed()
}

#[expect(clippy::disallowed_methods, reason = "the time between two requests")]
async fn next_period() {
    tokio::time::sleep(PERIOD + Duration::from_millis(3)).await;
}
