//! The audit trail contains every event exactly once: under concurrent writes, during an SQS
//! outage, while functions are killed, and with three of ten messages delivered twice throughout.

#![expect(clippy::print_stdout, reason = "prints measurements")]

mod chaos;
mod consistency;
mod drain;
mod export;
mod outage;
mod request_log;
mod storage;
mod trail;
mod user;

use std::{cell::Cell, time::Duration};

use tokio::time::{MissedTickBehavior, interval, timeout};

use self::{request_log::RequestLog, trail::AuditTrail, user::User};
use super::make_admin;
use crate::support::{stack::Stack, stack_sqs_proxy::StackSqsProxy};

/// The time limit for all scenarios, once the stack is ready.
const TEST_TIMEOUT: Duration = Duration::from_mins(3);
const DUPLICATES_PER_TEN: u64 = 3;
/// Longer than the worker's timeout of 5 s. Also so long that a message whose every delivery fails
/// during the chaos scenario is not delivered five times, after which it would move to the
/// dead-letter queue.
const VISIBILITY_SECONDS: &str = "8";

/// Shared by all scenarios.
struct TestContext<'a> {
    stack: &'a Stack,
    sqs: &'a StackSqsProxy,
    log: &'a RequestLog,
    trail: &'a AuditTrail<'a>,
}

#[tokio::test]
async fn the_audit_trail_has_each_event_exactly_once_despite_failures() {
    let folder = tempfile::tempdir().unwrap();
    let ports = Stack::unused_ports();
    let sqs = StackSqsProxy::start(&format!("127.0.0.1:{}", ports[3]), DUPLICATES_PER_TEN);
    let settings = [("SQS_URL_FOR_FUNCTIONS", sqs.url()), ("AUDIT_VISIBILITY_SECONDS", VISIBILITY_SECONDS)];
    let stack = Stack::start_with(&ports, folder.path(), &settings).await;

    let log = RequestLog::default();
    let scenarios = async {
        let mut admin = User::sign_up(&stack, &log, "auditor", "the auditor").await;
        make_admin(stack.api_port(), &admin.email);
        admin.log_in().await;
        let trail = AuditTrail::read_by(&admin);
        let context = TestContext { stack: &stack, sqs: &sqs, log: &log, trail: &trail };
        export::concurrent_writes_cannot_forge_events(&context).await;
        outage::an_sqs_outage_affects_no_client(&context).await;
        chaos::all_failures_at_once(&context).await;
    };
    timeout(TEST_TIMEOUT, scenarios).await.expect("the scenarios time out");
    stack.interrupt().await;
}

/// Adds, renames, removes and signs in, one request after the other, until `stop` is set.
async fn write_until_stopped(user: &mut User<'_>, pace: Duration, stop: &Cell<bool>) {
    let mut pace = interval(pace);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut items = Vec::new();
    for round in 1.. {
        pace.tick().await;
        if stop.get() {
            return;
        }
        let title = format!("{} {round}", user.email);
        items.push(user.add(&title).await);
        user.rename(&items[0], &format!("{title} again")).await;
        if items.len() > 3 {
            user.remove(&items.remove(0)).await;
        }
        if round % 10 == 0 {
            user.log_in().await;
        }
    }
}

/// Waits while other futures run.
async fn pass(duration: Duration) {
    timeout(duration, std::future::pending::<()>()).await.unwrap_err();
}
