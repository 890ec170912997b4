//! `POST /v1/watchlists/items` with an `Idempotency-Key`, by the real program, which is killed (`kill -9`) at every step of
//! its exchanges with Redis, DynamoDB, SQS and Lambda: the next try with the same key finishes at once what there is to
//! finish. One item, one event, one answer.

mod scene;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use http::header;
use scene::Scene;
use tokio::time::timeout;

use crate::support::{
    answer::Answer,
    redis_wire,
    runtime_api::Instance,
    sqs_wire::SqsFault,
    steps::{Fate, Run, Side, Step, Stop},
};

const STORES: &str = "DynamoDB TransactWriteItems";
const FORGETS: &str = "Redis DEL";
const SENDS: &str = "SQS SendMessage";
const ANSWERS: &str = "Runtime API response";

/// How things stand when the try begins that is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Situation {
    /// Redis knows nothing.
    RedisIsEmpty,
    /// Redis knows the session, and a page of the list without the item.
    RedisKnows,
    /// The same, and an earlier try was killed when the item was stored and nothing else was done.
    Stored,
    /// Redis is away.
    NoRedis,
    /// SQS refuses.
    NoQueue,
}

/// What becomes of the requests that the dead process had sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Late {
    Lost,
    BeforeTheNextTry,
    AfterTheNextTry,
}

#[tokio::test]
async fn who_is_killed_while_redis_is_empty_is_made_good_by_the_next_try() {
    kill_everywhere(Situation::RedisIsEmpty).await;
}

#[tokio::test]
async fn who_is_killed_while_redis_knows_the_list_is_made_good_by_the_next_try() {
    kill_everywhere(Situation::RedisKnows).await;
}

#[tokio::test]
async fn who_is_killed_while_making_good_is_made_good_by_the_next_try() {
    kill_everywhere(Situation::Stored).await;
}

#[tokio::test]
async fn who_is_killed_without_redis_is_made_good_by_the_next_try() {
    kill_everywhere(Situation::NoRedis).await;
}

#[tokio::test]
async fn who_is_killed_on_the_way_to_the_outbox_is_made_good_by_the_next_try() {
    kill_everywhere(Situation::NoQueue).await;
}

#[tokio::test]
async fn a_hundred_tries_at_once_in_four_processes_have_one_effect() {
    let scene = Scene::new().await;
    let processes = join_all((0..4).map(|_| scene.process_for(25))).await;
    let event = scene.add("hundred");
    let answers = join_all((0..100).map(|n| processes[n % 4].invoke(&event))).await;
    assert!(answers.iter().all(|answer| answer.expect(201) == answers[0].expect(201)));
    assert_eq!(answers.iter().filter(|answer| !is_replay(answer)).count(), 1);
    scene.assert_one_effect("hundred", &answers[0], "a hundred").await;
}

impl Situation {
    /// The exchanges of a try that nothing happens to. A new one must be added here, and so to what is tried.
    fn exchanges(self) -> &'static [&'static str] {
        match self {
            Self::RedisIsEmpty => {
                &["Redis EVALSHA", "DynamoDB GetItem", "Redis EVALSHA", STORES, FORGETS, SENDS, ANSWERS]
            }
            Self::RedisKnows => &["Redis EVALSHA", STORES, FORGETS, SENDS, ANSWERS],
            Self::Stored => &["Redis EVALSHA", STORES, "DynamoDB GetItem", FORGETS, SENDS, ANSWERS],
            Self::NoRedis => &["DynamoDB GetItem", STORES, SENDS, ANSWERS],
            // SQS is asked twice.
            Self::NoQueue => &["Redis EVALSHA", STORES, FORGETS, SENDS, SENDS, "DynamoDB PutItem", ANSWERS],
        }
    }

    /// The exchanges that are under way at the same time.
    fn at_once(self) -> Option<[&'static str; 2]> {
        match self {
            Self::RedisIsEmpty | Self::RedisKnows | Self::Stored => Some([FORGETS, SENDS]),
            Self::NoRedis => None,
            Self::NoQueue => Some([FORGETS, "DynamoDB PutItem"]),
        }
    }

    /// Every step, and of two exchanges at once each step with each of the other's.
    fn stops(self) -> Vec<Stop> {
        let exchanges = self.exchanges();
        let nth = |at: usize| exchanges[..=at].iter().filter(|other| **other == exchanges[at]).count();
        let each = (0..exchanges.len()).flat_map(|at| sides(exchanges[at], nth(at)));
        let mut stops: Vec<_> = each.map(|at| Stop { at, and: None }).collect();
        if let Some([one, other]) = self.at_once() {
            for (at, and) in [(one, other), (other, one)] {
                for at in sides(at, 1) {
                    stops.extend(sides(and, 1).map(|and| Stop { at: at.clone(), and: Some(and) }));
                }
            }
        }
        stops
    }

    /// Brings it about for a title. The process may be another one afterwards.
    async fn prepare(self, scene: &Scene, title: &str, process: Instance) -> Instance {
        scene.forget_in_redis();
        if self != Self::RedisIsEmpty {
            assert!(scene.shown(title).await.is_empty());
        }
        if self != Self::Stored {
            return process;
        }
        let at = Step { exchange: STORES.to_owned(), nth: 1, side: Side::Answered };
        let killed = kill(scene, process, title, Stop { at, and: None }).await;
        let killed = killed.expect("the try did not store the item");
        killed.run.end(Fate::Lost);
        killed.settled().await;
        scene.process().await
    }
}

fn sides(exchange: &str, nth: usize) -> [Step; 2] {
    [Side::Asked, Side::Answered].map(|side| Step { exchange: exchange.to_owned(), nth, side })
}

fn lates(stop: &Stop) -> &'static [Late] {
    let is_request = |step: &Step| step.side == Side::Asked && step.exchange != ANSWERS;
    if is_request(&stop.at) || stop.and.as_ref().is_some_and(is_request) {
        &[Late::Lost, Late::BeforeTheNextTry, Late::AfterTheNextTry]
    } else {
        &[Late::Lost]
    }
}

fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == "true"
}

/// A try that was killed.
struct Killed {
    run: Arc<Run>,
    /// What it answered, even if nobody heard of it.
    answers: Vec<Answer>,
}

impl Killed {
    /// Until its last request has had its effect.
    async fn settled(&self) {
        timeout(Duration::from_secs(10), self.run.settled()).await.expect("a request of a dead process does not end");
    }
}

async fn kill_everywhere(situation: Situation) {
    let scene = Scene::new().await;
    match situation {
        Situation::NoRedis => scene.redis.set_fault(redis_wire::Fault::Refuse),
        Situation::NoQueue => scene.sqs.set_fault(SqsFault::Refuse),
        Situation::RedisIsEmpty | Situation::RedisKnows | Situation::Stored => {}
    }
    usual_way(&scene, situation).await;
    for stop in situation.stops() {
        for late in lates(&stop) {
            kill_and_try_again(&scene, situation, &stop, *late).await;
        }
    }
}

/// How often a try may go another way than the usual one. It does when this machine is so busy that Redis takes longer
/// than the 30 ms that the function waits for it; then nothing is known about the step that was meant.
const DETOURS: usize = 20;

/// What is tried is all there is.
async fn usual_way(scene: &Scene, situation: Situation) {
    let mut expected = situation.exchanges().to_vec();
    expected.sort_unstable();
    let mut exchanges = Vec::new();
    for n in 0..DETOURS {
        let title = format!("{situation:?} {n}");
        let process = situation.prepare(scene, &title, scene.process().await).await;
        let run = scene.steps.begin(None);
        process.invoke(&scene.add(&title)).await.expect(201);
        let asked = run.seen().into_iter().filter(|step| step.side == Side::Asked);
        exchanges = asked.map(|step| step.exchange).collect();
        exchanges.sort_unstable();
        scene.take_events().await;
        if exchanges == expected {
            return;
        }
    }
    assert_eq!(exchanges, expected);
}

async fn kill_and_try_again(scene: &Scene, situation: Situation, stop: &Stop, late: Late) {
    for n in 0..DETOURS {
        let title = format!("{situation:?}, {stop}, {late:?}, {n}");
        let process = situation.prepare(scene, &title, scene.process().await).await;
        if let Some(killed) = kill(scene, process, &title, stop.clone()).await {
            return try_again(scene, situation, &title, killed, late).await;
        }
        scene.take_events().await;
    }
    panic!("{situation:?}: no try comes to {stop}");
}

/// Runs a try until there, and kills the process. `None` when the try went another way.
async fn kill(scene: &Scene, process: Instance, title: &str, stop: Stop) -> Option<Killed> {
    let (run, event) = (scene.steps.begin(Some(stop)), scene.add(title));
    process.take_posted();
    tokio::select! {
        () = run.stopped() => {}
        _ = process.invoke(&event) => {}
    }
    let is_stopped = run.is_stopped();
    process.kill().await;
    scene.steps.begin(None);
    if !is_stopped {
        run.end(Fate::Lost);
    }
    is_stopped.then(|| Killed { run, answers: process.take_posted() })
}

async fn try_again(scene: &Scene, situation: Situation, title: &str, killed: Killed, late: Late) {
    if late != Late::AfterTheNextTry {
        killed.run.end(if late == Late::Lost { Fate::Lost } else { Fate::PassedOn });
        killed.settled().await;
    }
    let is_stored = !scene.stored(title).is_empty();
    let was_stored = sides(STORES, 1).map(|step| killed.run.seen().contains(&step));
    if situation == Situation::Stored || was_stored[1] {
        assert!(is_stored, "{title}");
    } else if !was_stored[0] {
        assert!(!is_stored, "{title}");
    }
    let process = scene.process().await;
    // It must answer within the function's timeout, or the test fails there.
    let answer = process.invoke(&scene.add(title)).await;
    answer.expect(201);
    assert_eq!(is_replay(&answer), is_stored, "{title}");
    if late == Late::AfterTheNextTry {
        killed.run.end(Fate::PassedOn);
        killed.settled().await;
    }
    let again = process.invoke(&scene.add(title)).await;
    assert!(is_replay(&again), "{title}");
    for other in killed.answers.iter().chain([&again]) {
        assert_eq!(other.expect(201), answer.expect(201), "{title}");
        for name in [header::LOCATION, header::ETAG] {
            assert_eq!(other.header(&name), answer.header(&name), "{title}");
        }
    }
    if situation == Situation::NoRedis {
        // Redis is there for the reader, whom nobody could tell that its page is old.
        scene.forget_in_redis();
    }
    scene.assert_one_effect(title, &answer, title).await;
}
