//! SQS is unavailable while clients write.

use std::{cell::Cell, time::Duration};

use futures_util::future::{join, join_all};

use super::{
    TestContext,
    consistency::assert_consistent,
    pass,
    request_log::{Mark, Outcome},
    storage::TableContents,
    user::User,
    write_until_stopped,
};
use crate::support::stack_sqs_proxy::Fault;

const CLIENTS: usize = 6;
const PACE: Duration = Duration::from_millis(60);
const AVAILABLE: Duration = Duration::from_secs(4);
const UNAVAILABLE: Duration = Duration::from_secs(10);

pub(crate) async fn an_sqs_outage_affects_no_client(context: &TestContext<'_>) {
    let TestContext { stack, sqs, log, .. } = context;
    let sign_up = |at: usize| async move { User::sign_up(stack, log, &format!("busy{at}"), "busy").await };
    let mut users = join_all((0..CLIENTS).map(sign_up)).await;
    write(context, &mut users, AVAILABLE, "SQS available").await;

    let before = sqs.traffic();
    sqs.set_fault(Fault::Refuse);
    let mark = write(context, &mut users, UNAVAILABLE, "SQS unavailable").await;
    let (after, outbox) = (sqs.traffic(), TableContents::read(stack).await.outbox);
    assert_eq!(after.messages, before.messages, "messages arrived during the outage");
    let (changes, refused) = (log.count_since(mark, Outcome::Acknowledged), after.refused - before.refused);
    println!("SQS unavailable: {changes} changes, {outbox} events in the outbox, {refused} calls of SQS refused");
    assert!(changes > 50 && refused > 0);
    sqs.set_fault(Fault::None);
    assert_consistent(context, "after the outage").await;
}

/// Lets all users write for this long. Asserts that every request gets a response.
async fn write(context: &TestContext<'_>, users: &mut [User<'_>], duration: Duration, when: &str) -> Mark {
    let (mark, stop) = (context.log.mark(), Cell::new(false));
    let writers = join_all(users.iter_mut().map(|user| write_until_stopped(user, PACE, &stop)));
    let timer = async {
        pass(duration).await;
        stop.set(true);
    };
    join(writers, timer).await;
    let (p99, responses) = context.log.p99_since(mark);
    println!("{when}: p99 {p99:?} of {responses} responses");
    assert_eq!(context.log.mark().unanswered, mark.unanswered, "{when}: requests without a response");
    mark
}
