//! Long runs: freezing and thawing, leaks, and the memory of sign-ins.

use anyhow::Result;
use rustix::process::Signal;

use crate::{
    process::Memory,
    subject::Subject,
    world::{Backends, World},
};

/// Freezes and thaws a process as Lambda does between requests, and closes its connections
/// meanwhile. Returns the number of requests that failed.
pub(crate) async fn freeze_and_thaw(world: &World, subject: &Subject, cycles: usize) -> Result<usize> {
    world.dynamo.set_answers(subject.answers);
    let mut instance = subject.start(world, 256, Backends::Connected).await?;
    let mut failed = 0;
    for _ in 0..cycles {
        instance.process.signal(Signal::STOP)?;
        for proxy in [&world.to_dynamo, &world.to_redis, &world.to_sqs] {
            proxy.close_connections();
        }
        instance.process.signal(Signal::CONT)?;
        let answer = subject.request(world, &mut instance).await;
        failed += usize::from(answer.and_then(|answer| answer.json()).is_err());
    }
    Ok(failed)
}

/// The memory of a process during a long run, in KiB.
pub(crate) struct Growth {
    pub(crate) requests: usize,
    /// After the first fiftieth of the requests.
    pub(crate) before: u64,
    /// After all requests.
    pub(crate) after: Memory,
}

/// Sends many requests to one process.
pub(crate) async fn growth(world: &World, subject: &Subject, requests: usize) -> Result<Growth> {
    world.dynamo.set_answers(subject.answers);
    let mut instance = subject.start(world, 256, Backends::Connected).await?;
    let mut before = 0;
    for number in 0..requests {
        if number == requests / 50 {
            before = instance.process.memory()?.now;
        }
        subject.request(world, &mut instance).await?;
    }
    Ok(Growth { requests, before, after: instance.process.memory()? })
}
