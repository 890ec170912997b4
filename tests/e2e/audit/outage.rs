//! SQS is away for as long as anybody works.

use std::{cell::Cell, time::Duration};

use futures_util::future::{join, join_all};

use super::{
    Scene, keep_writing,
    ledger::{Mark, Outcome},
    pass,
    person::Person,
    recount::all_agree,
    rows::Rows,
};
use crate::support::stack_sqs::Fault;

const CLIENTS: usize = 6;
const PACE: Duration = Duration::from_millis(60);
const THERE: Duration = Duration::from_secs(4);
const AWAY: Duration = Duration::from_secs(10);

pub(crate) async fn nobody_notices_that_sqs_is_away(scene: &Scene<'_>) {
    let Scene { stack, sqs, ledger, .. } = scene;
    let sign_up = |at: usize| async move { Person::sign_up(stack, ledger, &format!("busy{at}"), "busy").await };
    let mut people = join_all((0..CLIENTS).map(sign_up)).await;
    work(scene, &mut people, THERE, "SQS there").await;

    let before = sqs.crossed();
    sqs.set_fault(Fault::Refuse);
    let mark = work(scene, &mut people, AWAY, "SQS away").await;
    let (after, waiting) = (sqs.crossed(), Rows::of(stack).await.outbox);
    assert_eq!(after.messages, before.messages, "SQS was not away");
    let (changes, refused) = (ledger.count_since(mark, Outcome::Acknowledged), after.refused - before.refused);
    println!("SQS away: {changes} changes, {waiting} events in the outbox, {refused} calls of SQS refused");
    assert!(changes > 50 && refused > 0);
    sqs.set_fault(Fault::None);
    all_agree(scene, "after the outage").await;
}

/// Lets everybody work for so long; every request must be answered.
async fn work(scene: &Scene<'_>, people: &mut [Person<'_>], duration: Duration, when: &str) -> Mark {
    let (mark, stop) = (scene.ledger.mark(), Cell::new(false));
    let busy = join_all(people.iter_mut().map(|person| keep_writing(person, PACE, &stop)));
    let end = async {
        pass(duration).await;
        stop.set(true);
    };
    join(busy, end).await;
    let (p99, requests) = scene.ledger.p99_since(mark);
    println!("{when}: p99 {p99:?} of {requests} requests");
    assert_eq!(scene.ledger.mark().unanswered, mark.unanswered, "{when}: no answer");
    mark
}
