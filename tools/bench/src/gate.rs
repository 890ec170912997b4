//! The gate in CI: measures the functions in `limits.toml` beside the floor and fails when a limit
//! is exceeded.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{
    limits::{self, Limits},
    measure::{Figures, Plan, measure},
    package::zipped_size,
    print, round_trips,
    statistics::{median, to_f64},
    subject::Subject,
    trace,
    world::World,
};

/// Enough starts and requests for ratios that vary less than the limits allow.
const PLAN: Plan = Plan { rounds: 15, requests: 200 };

/// A measured value and its limit.
struct Check<'a> {
    function: &'a str,
    what: &'static str,
    measured: f64,
    limit: f64,
}

/// Runs the gate.
pub(crate) async fn run(target: &Path) -> Result<()> {
    let limits = limits::read()?;
    let world = World::start(target, 20).await?;
    let mut subjects = vec![Subject::floor(&world, target)?];
    for name in limits.keys() {
        subjects.push(Subject::function(&world, target, name)?);
    }
    let figures = measure(&world, target, &subjects, PLAN).await?;
    let floor = subjects.first().zip(figures.first()).context("no floor")?;
    let floor = Floor { instructions: trace::instructions(&world, floor.0).await?, figures: floor.1 };
    let mut failures = Vec::new();
    for (subject, figures) in subjects.iter().zip(&figures).skip(1) {
        let limits = &limits[&subject.name];
        let mut checks = timed(figures, limits, floor.figures);
        checks.extend(exact(&world, subject, limits, &floor, &mut failures).await?);
        for check in checks {
            check.print();
            failures.extend(check.failure());
        }
    }
    if failures.is_empty() {
        print("All limits are held.");
        return Ok(());
    }
    bail!("{} limits of tools/bench/limits.toml are exceeded:\n{}", failures.len(), failures.join("\n"))
}

struct Floor<'a> {
    instructions: u64,
    figures: &'a Figures,
}

/// The checks that depend on the clock, as multiples of the floor.
fn timed<'a>(figures: &'a Figures, limits: &Limits, floor: &Figures) -> Vec<Check<'a>> {
    let check = |what, measured, limit| Check { function: &figures.name, what, measured, limit };
    let steady = if figures.raw_hash.is_empty() {
        check("steady CPU, multiple of the floor", figures.steady_cpu() / floor.steady_cpu(), limits.steady_cpu)
    } else {
        let hash = median(&figures.raw_hash);
        check("steady CPU, multiple of one password hash", figures.steady_cpu() / hash, limits.steady_cpu)
    };
    vec![
        check("init CPU, multiple of the floor", figures.init_cpu() / floor.init_cpu(), limits.init_cpu),
        steady,
        check("peak memory, multiple of the floor", figures.peak() / floor.peak(), limits.peak_memory),
        check("waiting time in init, ms", figures.init_wait(), limits.init_wait_ms),
    ]
}

/// The checks that do not depend on the clock.
async fn exact<'a>(
    world: &World,
    subject: &'a Subject,
    limits: &Limits,
    floor: &Floor<'_>,
    failures: &mut Vec<String>,
) -> Result<Vec<Check<'a>>> {
    let check = |what, measured, limit| Check { function: &subject.name, what, measured, limit };
    let calls = trace::system_calls(world, subject).await?;
    if let Some(file) = calls.certificates.first() {
        failures.push(format!("{}: init opens {file}; no certificate file may be opened.", subject.name));
    }
    let instructions = match trace::instructions(world, subject).await {
        Ok(count) => to_f64(count) / to_f64(floor.instructions),
        Err(error) => {
            failures.push(format!("{}: the instructions of init cannot be counted: {error:#}", subject.name));
            0.0
        }
    };
    let trips = round_trips::count(world, subject).await?;
    let count = |count: usize| to_f64(count as u64);
    Ok(vec![
        check("init instructions, multiple of the floor", instructions, limits.init_instructions),
        check("system calls in init", count(calls.count), count(limits.init_system_calls)),
        check("package size, kB", to_f64(zipped_size(subject)?) / 1000.0, limits.zip_kb),
        check("Redis round trips of a request", to_f64(trips.redis), to_f64(limits.redis)),
        check("DynamoDB calls of a request", count(trips.dynamo.operations.len()), count(limits.dynamodb)),
        check("SQS calls of a request", to_f64(trips.sqs), to_f64(limits.sqs)),
    ])
}

impl Check<'_> {
    fn print(&self) {
        let Self { function, what, measured, limit } = self;
        print(&format!("{function:16} {what:42} {measured:9.2}   limit {limit:9.2}"));
    }

    fn failure(&self) -> Option<String> {
        let Self { function, what, measured, limit } = self;
        let message = || format!("{function}: {what}: {measured:.2} measured, but the limit is {limit:.2}.");
        (measured > limit).then(message)
    }
}
