//! `make bench`: everything that docs/PERFORMANCE.md reports.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{
    endurance::{Growth, freeze_and_thaw, growth},
    measure::{Figures, Plan, measure},
    peer, print,
    report::{Endurance, Report, ShareRow, SizeRow},
    round_trips::{self, RoundTrips},
    shares::{self, SharePlan},
    subject::{Preparation, Subject},
    throttle::Throttle,
    world::{World, to_bytes},
};

/// The extent of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything; the tables of the page are replaced.
    Full,
    /// A twentieth of it, to try the harness; the tables are only printed.
    Trial,
}

const PLAN: Plan = Plan { rounds: 20, requests: 400 };
const SIZES: Plan = Plan { rounds: 5, requests: 200 };
const STARTS_AT_A_SHARE: usize = 8;
const CYCLES: usize = 1000;
const REQUESTS: usize = 50_000;
const SIGN_INS: usize = 1000;
const ITEMS: [usize; 3] = [5, 1000, 20_000];

impl Extent {
    fn of(self, count: usize) -> usize {
        match self {
            Self::Full => count,
            Self::Trial => (count / 20).max(1),
        }
    }

    fn plan(self, plan: Plan) -> Plan {
        Plan { rounds: self.of(plan.rounds), ..plan }
    }
}

const MISS: &str = "watchlist-list, miss";
const BATCH: &str = "audit-worker, batch of ten";

/// Measures everything and writes the tables.
pub(crate) async fn run(target: &Path, extent: Extent) -> Result<()> {
    let mut world = World::start(target, 1000).await?;
    let mut report = Report { usage: usage(&world, target).await?, ..Report::default() };
    // The refresh token of the first user is used up.
    world.add_user(1000).await?;
    let subjects = subjects(&world, target)?;
    print("init, first request, steady requests");
    report.figures = measure(&world, target, &subjects, extent.plan(PLAN)).await?;
    report.zipped = subjects
        .iter()
        .map(|subject| zipped(subject).map(|size| (subject.name.clone(), size)))
        .collect::<Result<_>>()?;
    report.shares = shares(&world, &subjects, extent).await?;
    report.endurance = Some(endurance(&world, target, extent).await?);
    report.sizes = sizes(&mut world, target, extent).await?;
    report.print()?;
    if extent == Extent::Full {
        report.write()?;
    }
    Ok(())
}

/// All subjects, with the floor first.
fn subjects(world: &World, target: &Path) -> Result<Vec<Subject>> {
    let function = |name| Subject::function(world, target, name);
    let list = function("watchlist-list")?;
    let mut subjects = vec![Subject::floor(world, target)?];
    subjects.push(Subject {
        name: "typical".to_owned(),
        function: "typical".to_owned(),
        program: target.join("bench-typical/release/bench-typical"),
        ..list.clone()
    });
    subjects.extend([
        function("health")?,
        list.prepared("watchlist-list, hit", Preparation::None),
        list.prepared(MISS, Preparation::ForgetPages),
        function("watchlist-add")?,
        function("auth-me")?,
        function("auth-refresh")?,
        function("auth-login")?,
        worker(world, target)?,
    ]);
    subjects.extend(peer::from_environment(world)?);
    Ok(subjects)
}

/// The audit worker with a batch of ten events.
fn worker(world: &World, target: &Path) -> Result<Subject> {
    let worker = Subject::function(world, target, "audit-worker")?;
    let mut event: Value = serde_json::from_slice(&worker.event)?;
    let record = event["Records"][0].clone();
    let record_of = |number: usize| {
        let mut record = record.clone();
        let body = record["body"].as_str().unwrap_or_default().replacen("3270e", &format!("327{number:02}"), 1);
        record["body"] = json!(body);
        record["messageId"] = json!(format!("059f36b4-87a3-44ab-83d2-6619758300{number:02}"));
        record
    };
    event["Records"] = (0..10).map(record_of).collect();
    Ok(Subject { name: BATCH.to_owned(), event: to_bytes(&event), ..worker })
}

fn zipped(subject: &Subject) -> Result<u64> {
    crate::package::zipped_size(subject)
}

/// Counts the calls of one real request of each subject.
async fn usage(world: &World, target: &Path) -> Result<Vec<(String, RoundTrips)>> {
    print("round trips and units");
    let mut usage = Vec::new();
    for subject in subjects(world, target)? {
        if subject.name != "peer" {
            usage.push((subject.name.clone(), round_trips::count(world, &subject).await?));
        }
    }
    Ok(usage)
}

/// Measures every subject but the peer at the CPU shares of 128 and 256 MB. Returns nothing when
/// this machine has no control groups.
async fn shares(world: &World, subjects: &[Subject], extent: Extent) -> Result<Vec<ShareRow>> {
    if let Err(error) = Throttle::new(256) {
        print(&format!("CPU shares are not measured: {error:#}"));
        return Ok(Vec::new());
    }
    print("CPU shares");
    let plan = |memory, delay| SharePlan { memory, starts: extent.of(STARTS_AT_A_SHARE), requests: 22, delay };
    let mut rows = Vec::new();
    for subject in subjects.iter().filter(|subject| !subject.hashes && subject.name != "peer") {
        let at_128 = shares::measure(world, subject, plan(128, Duration::ZERO)).await?;
        let at_256 = shares::measure(world, subject, plan(256, Duration::ZERO)).await?;
        let delayed = shares::measure(world, subject, plan(256, Duration::from_millis(1))).await?;
        rows.push(ShareRow { name: subject.name.clone(), at_128, at_256, delayed });
    }
    Ok(rows)
}

async fn endurance(world: &World, target: &Path, extent: Extent) -> Result<Endurance> {
    let list = Subject::function(world, target, "watchlist-list")?;
    let miss = list.prepared(MISS, Preparation::ForgetPages);
    let add = Subject::function(world, target, "watchlist-add")?;
    let login = Subject::function(world, target, "auth-login")?;
    let (cycles, requests) = (extent.of(CYCLES), extent.of(REQUESTS));
    print("freeze and thaw cycles");
    let frozen = freeze_and_thaw(world, &miss, cycles).await? + freeze_and_thaw(world, &add, cycles).await?;
    print("sign-ins");
    let sign_ins: Growth = growth(world, &login, extent.of(SIGN_INS)).await?;
    print("many lists and adds");
    let (lists, adds) = (growth(world, &list, requests).await?, growth(world, &add, requests).await?);
    Ok(Endurance { cycles: 2 * cycles, failed: frozen, sign_ins, lists, adds })
}

/// Measures hit and miss with lists of several sizes.
async fn sizes(world: &mut World, target: &Path, extent: Extent) -> Result<Vec<SizeRow>> {
    let mut rows = Vec::new();
    for items in ITEMS {
        print(&format!("a list of {items} items"));
        world.add_user(items).await?;
        let list = Subject::function(world, target, "watchlist-list")?;
        let subjects = [list.prepared("hit", Preparation::None), list.prepared(MISS, Preparation::ForgetPages)];
        let figures: Vec<Figures> = measure(world, target, &subjects, extent.plan(SIZES)).await?;
        let reads = round_trips::count(world, &subjects[1]).await?.dynamo.reads;
        let [hit, miss] = figures.try_into().ok().context("two subjects")?;
        rows.push(SizeRow { items, hit: hit.steady_cpu(), miss: miss.steady_cpu(), reads, peak: miss.peak() });
    }
    Ok(rows)
}

/// Returns the memory in MB that `template.yaml` gives to a function.
pub(crate) fn memory_of(function: &str) -> Result<u32> {
    let template = fs::read_to_string("template.yaml").context("cannot read template.yaml")?;
    let is_memory = |line: &&str| line.trim_start().starts_with("MemorySize:");
    let value = |line: &str| line.rsplit(' ').next().and_then(|value| value.parse().ok()).context("a memory size");
    let folder = format!("CodeUri: target/lambda/{function}/");
    let mut of_function = template.lines().skip_while(|line| line.trim() != folder);
    let own = of_function.by_ref().take_while(|line| !line.is_empty()).find(is_memory);
    let global = template.lines().find(is_memory).context("no MemorySize in template.yaml")?;
    value(own.unwrap_or(global))
}
