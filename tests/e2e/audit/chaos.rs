//! All failures at once: functions are killed, SQS fails in every way and recovers, and messages
//! are delivered twice.

use std::{cell::Cell, collections::BTreeMap, time::Duration};

use futures_util::future::{join_all, join3};
use rustix::process::{Signal, kill_process};
use tokio::time::interval;

use super::{TestContext, consistency::assert_consistent, pass, request_log::Outcome, user::User, write_until_stopped};
use crate::support::{stack::Stack, stack_sqs_proxy::Fault};

const CLIENTS: usize = 8;
const PACE: Duration = Duration::from_millis(100);
/// A hundred times the usual response time.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(3);
const KILLED_FUNCTIONS: [&str; 4] = ["watchlist-add", "audit-worker", "watchlist-update", "watchlist-remove"];
const KILL_INTERVAL: Duration = Duration::from_millis(370);
/// The faults of SQS, each with its duration in seconds.
const FAULTS: [(Fault, u64); 7] = [
    (Fault::None, 5),
    (Fault::Refuse, 4),
    (Fault::None, 4),
    (Fault::Hang, 4),
    (Fault::None, 4),
    (Fault::LoseResponses, 4),
    (Fault::None, 4),
];

pub(crate) async fn all_failures_at_once(context: &TestContext<'_>) {
    let TestContext { stack, sqs, log, .. } = context;
    let sign_up = |at: usize| async move { User::sign_up(stack, log, &format!("chaos{at}"), "chaos").await };
    let mut users = join_all((0..CLIENTS).map(sign_up)).await;

    for user in &mut users {
        user.set_watchlist_timeout(REQUEST_TIMEOUT);
    }

    let (mark, before, stop, stop_kills) = (log.mark(), sqs.traffic(), Cell::new(false), Cell::new(false));
    let writers = join_all(users.iter_mut().map(|user| write_until_stopped(user, PACE, &stop)));
    // The kills stop before the clients do, so that the last requests of the clients get a
    // response.
    let faults = async {
        for (fault, seconds) in FAULTS {
            sqs.set_fault(fault);
            pass(Duration::from_secs(seconds)).await;
        }
        stop_kills.set(true);
        stop.set(true);
    };
    let (kills, (), _) = join3(kill_in_turn(stack, &stop_kills), faults, writers).await;

    let after = sqs.traffic();
    let (p99, responses) = log.p99_since(mark);
    println!("chaos: {kills:?} killed; p99 {p99:?} of {responses} responses");
    println!(
        "chaos: {} acknowledged, {} unknown, {} rejected after an unknown one, {} requests without a response",
        log.count_since(mark, Outcome::Acknowledged),
        log.count_since(mark, Outcome::Unknown),
        log.count_since(mark, Outcome::Rejected),
        log.mark().unanswered - mark.unanswered,
    );
    println!(
        "chaos: {} messages, {} of them twice; {} calls of SQS refused, {} without a response",
        after.messages - before.messages,
        after.duplicated - before.duplicated,
        after.refused - before.refused,
        after.unanswered - before.unanswered,
    );
    assert!(kills.values().all(|kills| *kills > 10) && after.unanswered > before.unanswered);
    assert_consistent(context, "after the chaos").await;
}

/// Kills one process after the other, of one function after the other. Returns the number of kills
/// per function.
async fn kill_in_turn(stack: &Stack, stop: &Cell<bool>) -> BTreeMap<&'static str, usize> {
    let mut kills = BTreeMap::new();
    let mut tick = interval(KILL_INTERVAL);
    for (turn, function) in KILLED_FUNCTIONS.into_iter().cycle().enumerate() {
        tick.tick().await;
        if stop.get() {
            break;
        }
        let processes = stack.processes_of(function);
        // There is none while a killed process is being replaced.
        let index = turn / KILLED_FUNCTIONS.len() % processes.len().max(1);
        let Some(process) = processes.get(index) else { continue };
        if kill_process(*process, Signal::KILL).is_ok() {
            *kills.entry(function).or_default() += 1;
        }
    }
    kills
}
