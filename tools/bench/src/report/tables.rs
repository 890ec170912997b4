//! One function for each table.

use std::fmt::Write;

use anyhow::{Context, Result};

use super::Report;
use crate::{
    endurance::Growth,
    measure::Figures,
    price,
    run::memory_of,
    shares::Throttled,
    statistics::{median, percentile, to_f64},
};

impl Report {
    /// Init, memory and package of each subject.
    pub(super) fn functions(&self) -> Result<String> {
        let mut table = header(&[
            "function",
            "init CPU ms, connected",
            "× hello",
            "init CPU ms, not connected",
            "× hello",
            "init elapsed ms",
            "peak MB",
            "× hello",
            "package MB",
        ]);
        let floor = self.figures.first().context("no floor")?;
        for figures in &self.figures {
            row(
                &mut table,
                &[
                    figures.name.clone(),
                    format!("{:.2}", figures.init_cpu()),
                    format!("{:.2}", figures.init_cpu() / floor.init_cpu()),
                    format!("{:.2}", figures.unconnected_cpu()),
                    format!("{:.2}", figures.unconnected_cpu() / floor.unconnected_cpu()),
                    format!("{:.1}", figures.init_wall()),
                    format!("{:.1}", figures.peak() / 1024.0),
                    format!("{:.2}", figures.peak() / floor.peak()),
                    self.zipped(&figures.name).map_or_else(String::new, |size| format!("{:.2}", to_f64(size) / 1e6)),
                ],
            );
        }
        Ok(table)
    }

    /// The first and the steady requests of each subject.
    pub(super) fn requests(&self) -> Result<String> {
        let mut table = header(&[
            "function",
            "first request CPU ms",
            "first elapsed ms",
            "steady CPU ms",
            "× hello",
            "elapsed p50 ms",
            "elapsed p99 ms",
            "log bytes",
        ]);
        let floor = self.figures.first().context("no floor")?;
        for figures in &self.figures {
            row(
                &mut table,
                &[
                    figures.name.clone(),
                    format!("{:.2}", figures.first_cpu()),
                    format!("{:.2}", figures.first_wall()),
                    format!("{:.3}", figures.steady_cpu()),
                    format!("{:.2}", figures.steady_cpu() / floor.steady_cpu()),
                    format!("{:.2}", figures.steady_wall(50)),
                    format!("{:.2}", figures.steady_wall(99)),
                    figures.log_bytes.to_string(),
                ],
            );
        }
        for figures in self.figures.iter().filter(|figures| !figures.raw_hash.is_empty()) {
            let (request, hash) = (figures.steady_cpu(), median(&figures.raw_hash));
            let ratio = request / hash;
            writeln!(
                table,
                "\nOne argon2id hash outside a function: {hash:.2} ms; {} is {ratio:.2} × that.",
                figures.name
            )?;
        }
        Ok(table)
    }

    /// The calls and units of one request.
    pub(super) fn round_trips(&self) -> String {
        let columns = ["function", "Redis", "DynamoDB operations", "read units", "write units", "SQS messages"];
        let mut table = header(&columns);
        for (name, usage) in &self.usage {
            let operations = usage.dynamo.operations.join(", ");
            row(
                &mut table,
                &[
                    name.clone(),
                    usage.redis.to_string(),
                    if operations.is_empty() { "none".to_owned() } else { operations },
                    format!("{}", usage.dynamo.reads),
                    format!("{}", usage.dynamo.writes),
                    usage.sqs.to_string(),
                ],
            );
        }
        table
    }

    /// The price of a million requests beside the route's floor.
    pub(super) fn prices(&self) -> Result<String> {
        let columns = ["function", "memory MB", "billed ms", "$ per million", "floor", "ratio", "units of the floor"];
        let mut table = header(&columns);
        let own = |name: &str| name != "typical";
        for (name, usage) in self.usage.iter().filter(|(name, _)| own(name)) {
            let figures = self.figures.iter().find(|figures| &figures.name == name).context("no figures")?;
            let function = name.split(',').next().unwrap_or(name);
            let memory = memory_of(function)?;
            let units = price::units(name, memory, self.duration(figures), usage, to_f64(figures.log_bytes));
            let floor = price::floor_of(name);
            row(
                &mut table,
                &[
                    name.clone(),
                    memory.to_string(),
                    format!("{:.0}", units.duration),
                    format!("{:.2}", units.price()),
                    format!("{:.2}", floor.price(&units)),
                    format!("{:.2}", units.price() / floor.price(&units)),
                    floor.reason.to_owned(),
                ],
            );
        }
        Ok(table)
    }

    /// The median duration of a steady request: at the CPU share of 256 MB where that was measured,
    /// otherwise with a whole core.
    fn duration(&self, figures: &Figures) -> f64 {
        let share = self.shares.iter().find(|row| row.name == figures.name);
        share.map_or_else(|| figures.steady_wall(50), |row| median(&row.at_256.steady))
    }

    /// First and steady requests at a CPU share.
    pub(super) fn cpu_shares(&self) -> String {
        if self.shares.is_empty() {
            return "Not measured: this machine has no control groups for CPU that can be written.\n".to_owned();
        }
        let mut table = header(&[
            "function",
            "128 MB: first ms",
            "steady p50 ms",
            "p99 ms",
            "first ÷ steady",
            "256 MB: first ms",
            "steady p50 ms",
            "p99 ms",
            "first ÷ steady",
            "256 MB, 1 ms network: p99 without the network",
        ]);
        for share in &self.shares {
            let mut cells = vec![share.name.clone()];
            cells.extend(columns(&share.at_128));
            cells.extend(columns(&share.at_256));
            cells.push(format!("{:.1}", share.delayed.added_p99()));
            row(&mut table, &cells);
        }
        table
    }

    /// Freezing, memory after many requests, memory of sign-ins.
    pub(super) fn long_runs(&self) -> String {
        let Some(runs) = &self.endurance else { return String::new() };
        let mut table = header(&["run", "result"]);
        let frozen = format!("{} failed requests", runs.failed);
        row(&mut table, &[format!("{} freeze/thaw cycles, connections closed meanwhile", runs.cycles), frozen]);
        let growth = |growth: &Growth| {
            let megabytes = |size: u64| to_f64(size) / 1024.0;
            let (before, after) = (megabytes(growth.before), megabytes(growth.after.now));
            format!(
                "{before:.2} MB after 2 % of the requests, {after:.2} MB at the end, peak {:.2} MB",
                megabytes(growth.after.peak)
            )
        };
        row(&mut table, &[format!("{} lists from the cache", runs.lists.requests), growth(&runs.lists)]);
        row(&mut table, &[format!("{} added items", runs.adds.requests), growth(&runs.adds)]);
        row(&mut table, &[format!("{} sign-ins", runs.sign_ins.requests), growth(&runs.sign_ins)]);
        table
    }

    /// Lists of several sizes.
    pub(super) fn list_sizes(&self) -> String {
        let mut table = header(&["items", "hit CPU ms", "miss CPU ms", "read units of a miss", "peak MB"]);
        for size in &self.sizes {
            let cells = [
                size.items.to_string(),
                format!("{:.3}", size.hit),
                format!("{:.3}", size.miss),
                format!("{}", size.reads),
                format!("{:.1}", size.peak / 1024.0),
            ];
            row(&mut table, &cells);
        }
        table
    }

    fn zipped(&self, name: &str) -> Option<u64> {
        self.zipped.iter().find(|(subject, _)| subject == name).map(|(_, size)| *size)
    }
}

fn columns(throttled: &Throttled) -> [String; 4] {
    [
        format!("{:.1}", median(&throttled.first)),
        format!("{:.1}", median(&throttled.steady)),
        format!("{:.1}", percentile(&throttled.steady, 99)),
        format!("{:.2}", throttled.first_to_steady()),
    ]
}

fn header(columns: &[&str]) -> String {
    format!("| {} |\n|{}\n", columns.join(" | "), " --- |".repeat(columns.len()))
}

fn row(table: &mut String, cells: &[String]) {
    let _into_memory = writeln!(table, "| {} |", cells.join(" | "));
}
