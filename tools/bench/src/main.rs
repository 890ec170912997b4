//! Measures the functions as they ship. `docs/PERFORMANCE.md` explains the method and has the
//! results.

mod endurance;
mod gate;
mod instance;
mod limits;
mod measure;
mod package;
mod peer;
mod price;
mod process;
mod raw_hash;
mod report;
mod round_trips;
mod run;
mod runtime_api;
mod shares;
mod statistics;
mod subject;
mod throttle;
mod trace;
mod world;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

use self::{
    measure::{Plan, measure},
    run::Extent,
    subject::{Preparation, Subject},
    world::World,
};

const USAGE: &str = "usage: bench run [trial] | bench gate | bench probe NAME... ROUNDS REQUESTS";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match dispatch(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(arguments: &[String]) -> Result<()> {
    match arguments {
        [command] if command == "run" => run::run(&target(), Extent::Full).await,
        [command, extent] if command == "run" && extent == "trial" => run::run(&target(), Extent::Trial).await,
        [command] if command == "gate" => gate::run(&target()).await,
        [command, names @ .., rounds, requests] if command == "probe" => {
            probe(names, Plan { rounds: rounds.parse()?, requests: requests.parse()? }).await
        }
        _ => bail!(USAGE),
    }
}

/// Measures some functions beside the floor and prints the figures.
async fn probe(names: &[String], plan: Plan) -> Result<()> {
    let target = target();
    let world = World::start(&target, 1000).await?;
    let mut subjects = vec![Subject::floor(&world, &target)?];
    for name in names {
        let function = Subject::function(&world, &target, name.trim_end_matches(":miss"))?;
        subjects.push(if name.ends_with(":miss") {
            function.prepared(name, Preparation::ForgetPages)
        } else {
            function
        });
    }
    let all = measure(&world, &target, &subjects, plan).await?;
    let floor = all.first().context("no floor")?;
    for figures in &all {
        let ratio = |value: f64, floor: f64| format!("{value:.3} ({:.2} x)", value / floor);
        print(&format!(
            "{:22} init cpu {} wall {:.2} unconnected {} first cpu {:.3} wall {:.3} steady cpu {} wall p50 {:.3} p99 {:.3} peak KiB {} log {} B",
            figures.name,
            ratio(figures.init_cpu(), floor.init_cpu()),
            figures.init_wall(),
            ratio(figures.unconnected_cpu(), floor.unconnected_cpu()),
            figures.first_cpu(),
            figures.first_wall(),
            ratio(figures.steady_cpu(), floor.steady_cpu()),
            figures.steady_wall(50),
            figures.steady_wall(99),
            ratio(figures.peak(), floor.peak()),
            figures.log_bytes,
        ));
    }
    Ok(())
}

/// Returns the folder of cargo's builds.
#[expect(clippy::disallowed_methods, reason = "a development tool")]
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| Path::new("target").to_owned(), PathBuf::from)
}

/// Prints a line. A closed output is not an error.
fn print(line: &str) {
    let _closed = writeln!(std::io::stdout(), "{line}");
}
