//! Starts and requests of several subjects, interleaved: every round measures each subject once,
//! so that what else the machine does affects all of them alike.

use std::{path::Path, time::Duration};

use anyhow::Result;

use crate::{
    instance::Cost,
    process::Memory,
    raw_hash,
    statistics::{self, median, minimum, percentile},
    subject::Subject,
    world::{Backends, World},
};

/// The number of rounds, and of steady requests in each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) requests: usize,
}

/// A subject's figures from all rounds.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) name: String,
    /// From `exec` to the first poll, with the backends connected.
    pub(crate) init: Vec<Cost>,
    /// The same with backends that refuse connections.
    pub(crate) unconnected: Vec<Cost>,
    /// The first request of a process.
    pub(crate) first: Vec<Cost>,
    /// The requests after the first [`WARM_UP`].
    pub(crate) steady: Vec<Cost>,
    /// The CPU time of one password hash outside a function, in milliseconds, if requests hash.
    pub(crate) raw_hash: Vec<f64>,
    /// The peak memory of each process, in KiB.
    pub(crate) peak: Vec<u64>,
    /// Bytes of log in a steady request.
    pub(crate) log_bytes: u64,
}

/// Requests after the first that do not count as steady.
const WARM_UP: usize = 5;

/// Measures the subjects.
pub(crate) async fn measure(world: &World, target: &Path, subjects: &[Subject], plan: Plan) -> Result<Vec<Figures>> {
    let figures = |subject: &Subject| Figures { name: subject.name.clone(), ..Figures::default() };
    let mut all: Vec<_> = subjects.iter().map(figures).collect();
    for subject in subjects {
        subject.rehearse(world).await?;
    }
    for _ in 0..plan.rounds {
        for (subject, figures) in subjects.iter().zip(&mut all) {
            measure_once(world, subject, plan, figures).await?;
            if subject.hashes {
                figures.raw_hash.extend(raw_hash::measure(target)?);
            }
        }
    }
    Ok(all)
}

async fn measure_once(world: &World, subject: &Subject, plan: Plan, figures: &mut Figures) -> Result<()> {
    world.dynamo.set_answers(subject.answers);
    figures.unconnected.push(subject.start(world, 256, Backends::Unreachable).await?.init);
    let mut instance = subject.start(world, 256, Backends::Connected).await?;
    figures.init.push(instance.init);
    figures.first.push(subject.request(world, &mut instance).await?.cost);
    let requests = if subject.hashes { plan.requests / 20 } else { plan.requests };
    for _ in 0..WARM_UP {
        subject.request(world, &mut instance).await?;
    }
    instance.settle().await;
    let logged = instance.process.output_bytes();
    for _ in 0..requests {
        figures.steady.push(subject.request(world, &mut instance).await?.cost);
    }
    instance.settle().await;
    figures.log_bytes = (instance.process.output_bytes() - logged) / requests.max(1) as u64;
    let Memory { peak, .. } = instance.process.memory()?;
    figures.peak.push(peak);
    Ok(())
}

impl Figures {
    /// The median CPU time from `exec` to the first poll, in milliseconds.
    pub(crate) fn init_cpu(&self) -> f64 {
        median(&cpu(&self.init))
    }

    /// The same without reachable backends.
    pub(crate) fn unconnected_cpu(&self) -> f64 {
        median(&cpu(&self.unconnected))
    }

    /// The median elapsed time from `exec` to the first poll, in milliseconds.
    pub(crate) fn init_wall(&self) -> f64 {
        median(&wall(&self.init))
    }

    /// The shortest time that a process spent waiting before the first poll, in
    /// milliseconds. Time in which it could run but the processors were busy does not count.
    pub(crate) fn init_wait(&self) -> f64 {
        let waited = |cost: &Cost| milliseconds(cost.wall.saturating_sub(cost.cpu).saturating_sub(cost.queued));
        minimum(&self.init.iter().map(waited).collect::<Vec<_>>())
    }

    /// The median CPU time of the first request, in milliseconds.
    pub(crate) fn first_cpu(&self) -> f64 {
        median(&cpu(&self.first))
    }

    /// The median elapsed time of the first request, in milliseconds.
    pub(crate) fn first_wall(&self) -> f64 {
        median(&wall(&self.first))
    }

    /// The median CPU time of a steady request, in milliseconds.
    pub(crate) fn steady_cpu(&self) -> f64 {
        median(&cpu(&self.steady))
    }

    /// A percentile of the elapsed time of a steady request, in milliseconds.
    pub(crate) fn steady_wall(&self, percent: usize) -> f64 {
        percentile(&wall(&self.steady), percent)
    }

    /// The median of the processes' peak memory, in KiB.
    pub(crate) fn peak(&self) -> f64 {
        median(&self.peak.iter().map(|peak| statistics::to_f64(*peak)).collect::<Vec<_>>())
    }
}

fn cpu(costs: &[Cost]) -> Vec<f64> {
    costs.iter().map(|cost| milliseconds(cost.cpu)).collect()
}

fn wall(costs: &[Cost]) -> Vec<f64> {
    costs.iter().map(|cost| milliseconds(cost.wall)).collect()
}

/// Converts to milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
