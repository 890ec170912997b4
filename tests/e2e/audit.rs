//! The audit trail misses nothing and invents nothing: while many write at once, while SQS is away, while functions are killed,
//! and with a third of all messages delivered twice throughout.

#![expect(clippy::print_stdout, reason = "figures for whoever reads what a run says")]

mod chaos;
mod export;
mod ledger;
mod outage;
mod person;
mod recount;
mod rows;
mod settle;
mod trail;

use std::{cell::Cell, time::Duration};

use tokio::time::{MissedTickBehavior, interval, timeout};

use self::{ledger::Ledger, person::Person, trail::Trail};
use super::make_admin;
use crate::support::{stack::Stack, stack_sqs::StackSqs};

/// All of it, once the stack is up.
const AT_MOST: Duration = Duration::from_mins(3);
/// Three of ten messages come twice.
const DOUBLED_OF_TEN: u64 = 3;
/// More than the 5 s after which a call of the worker is given up. So much that a message which is received at each return
/// during the chaos, in vain each time, has not been received five times, after which it would be given up.
const VISIBILITY_SECONDS: &str = "8";

/// What all parts of the test share.
struct Scene<'a> {
    stack: &'a Stack,
    sqs: &'a StackSqs,
    ledger: &'a Ledger,
    trail: &'a Trail<'a>,
}

#[tokio::test]
async fn the_trail_has_each_event_once_whatever_breaks() {
    let folder = tempfile::tempdir().unwrap();
    let ports = Stack::free_ports();
    let sqs = StackSqs::before(&format!("127.0.0.1:{}", ports[3]), DOUBLED_OF_TEN);
    let settings = [("SQS_URL_FOR_FUNCTIONS", sqs.url()), ("AUDIT_VISIBILITY_SECONDS", VISIBILITY_SECONDS)];
    let stack = Stack::start_with(&ports, folder.path(), &settings).await;

    let ledger = Ledger::default();
    let story = async {
        let mut admin = Person::sign_up(&stack, &ledger, "auditor", "the auditor").await;
        make_admin(stack.api_port(), &admin.email);
        admin.log_in().await;
        let trail = Trail::read_by(&admin);
        let scene = Scene { stack: &stack, sqs: &sqs, ledger: &ledger, trail: &trail };
        export::many_write_at_once_and_forge_nothing(&scene).await;
        outage::nobody_notices_that_sqs_is_away(&scene).await;
        chaos::everything_breaks_at_once(&scene).await;
    };
    timeout(AT_MOST, story).await.expect("it takes too long");
    stack.interrupt().await;
}

/// Adds, renames, removes and signs in, one after the other, until told to stop.
async fn keep_writing(person: &mut Person<'_>, pace: Duration, stop: &Cell<bool>) {
    let mut pace = interval(pace);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut items = Vec::new();
    for round in 1.. {
        pace.tick().await;
        if stop.get() {
            return;
        }
        let title = format!("{} {round}", person.email);
        items.push(person.add(&title).await);
        person.rename(&items[0], &format!("{title} again")).await;
        if items.len() > 3 {
            person.remove(&items.remove(0)).await;
        }
        if round % 10 == 0 {
            person.log_in().await;
        }
    }
}

/// Lets the others work for so long.
async fn pass(duration: Duration) {
    timeout(duration, std::future::pending::<()>()).await.unwrap_err();
}
