//! Functions are killed, SQS goes away in every way and comes back, messages come twice, and all of that at once.

use std::{cell::Cell, collections::BTreeMap, time::Duration};

use futures_util::future::{join_all, join3};
use rustix::process::{Signal, kill_process};
use tokio::time::interval;

use super::{Scene, keep_writing, ledger::Outcome, pass, person::Person, recount::all_agree};
use crate::support::{stack::Stack, stack_sqs::Fault};

const CLIENTS: usize = 8;
const PACE: Duration = Duration::from_millis(100);
/// A hundred times what an answer takes.
const PATIENCE: Duration = Duration::from_secs(3);
const KILLED: [&str; 4] = ["watchlist-add", "audit-worker", "watchlist-update", "watchlist-remove"];
const KILL_EVERY: Duration = Duration::from_millis(370);
/// What SQS does for how many seconds.
const FAULTS: [(Fault, u64); 7] = [
    (Fault::None, 5),
    (Fault::Refuse, 4),
    (Fault::None, 4),
    (Fault::Hang, 4),
    (Fault::None, 4),
    (Fault::LoseAnswers, 4),
    (Fault::None, 4),
];

pub(crate) async fn everything_breaks_at_once(scene: &Scene<'_>) {
    let Scene { stack, sqs, ledger, .. } = scene;
    let sign_up = |at: usize| async move { Person::sign_up(stack, ledger, &format!("chaos{at}"), "chaos").await };
    let mut people = join_all((0..CLIENTS).map(sign_up)).await;

    for person in &mut people {
        person.give_up_after(PATIENCE);
    }

    let (mark, before, stop, spared) = (ledger.mark(), sqs.crossed(), Cell::new(false), Cell::new(false));
    let busy = join_all(people.iter_mut().map(|person| keep_writing(person, PACE, &stop)));
    // They are killed no more before the clients stop: what they ask for last is answered in the end.
    let faults = async {
        for (fault, seconds) in FAULTS {
            sqs.set_fault(fault);
            pass(Duration::from_secs(seconds)).await;
        }
        spared.set(true);
        stop.set(true);
    };
    let (kills, (), _) = join3(kill_in_turn(stack, &spared), faults, busy).await;

    let after = sqs.crossed();
    let (p99, requests) = ledger.p99_since(mark);
    println!("chaos: {kills:?} killed; p99 {p99:?} of {requests} answers");
    println!(
        "chaos: {} acknowledged, {} unknown, {} refused after an unknown one, {} requests without an answer",
        ledger.count_since(mark, Outcome::Acknowledged),
        ledger.count_since(mark, Outcome::Unknown),
        ledger.count_since(mark, Outcome::Refused),
        ledger.mark().unanswered - mark.unanswered,
    );
    println!(
        "chaos: {} messages, {} of them twice; {} calls of SQS refused, {} without an answer",
        after.messages - before.messages,
        after.doubled - before.doubled,
        after.refused - before.refused,
        after.unanswered - before.unanswered,
    );
    assert!(kills.values().all(|kills| *kills > 10) && after.unanswered > before.unanswered);
    all_agree(scene, "after the chaos").await;
}

/// One process after the other, of one function after the other. How many of each.
async fn kill_in_turn(stack: &Stack, spared: &Cell<bool>) -> BTreeMap<&'static str, usize> {
    let mut kills = BTreeMap::new();
    let mut tick = interval(KILL_EVERY);
    for (turn, function) in KILLED.into_iter().cycle().enumerate() {
        tick.tick().await;
        if spared.get() {
            break;
        }
        let processes = stack.processes_of(function);
        // None when the last one has just been killed and the next one is not there yet.
        let Some(process) = processes.get(turn / KILLED.len() % processes.len().max(1)) else { continue };
        if kill_process(*process, Signal::KILL).is_ok() {
            *kills.entry(function).or_default() += 1;
        }
    }
    kills
}
