//! `POST /v1/watchlists/items` with an `Idempotency-Key`, by the real program, which is killed (`kill -9`) at every step of
//! its exchanges with Redis, DynamoDB, SQS and Lambda: the next try with the same key finishes at once what there is to
//! finish. One item, one event, one answer.

mod scene;
mod situation;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use http::header;
use scene::Scene;
use situation::{Late, STORES, Situation, lates, sides};
use tokio::time::timeout;

use crate::support::{
    answer::Answer,
    redis_wire,
    runtime_api::Instance,
    sqs_wire::SqsFault,
    steps::{Fate, Run, Side, Stop},
};

#[tokio::test]
async fn a_try_killed_while_redis_is_empty_is_finished_by_the_next() {
    kill_everywhere(Situation::RedisIsEmpty).await;
}

#[tokio::test]
async fn a_try_killed_while_redis_knows_the_list_is_finished_by_the_next() {
    kill_everywhere(Situation::RedisKnows).await;
}

#[tokio::test]
async fn a_try_killed_while_it_finishes_another_is_finished_by_the_next() {
    kill_everywhere(Situation::Stored).await;
}

#[tokio::test]
async fn a_try_killed_without_redis_is_finished_by_the_next() {
    kill_everywhere(Situation::NoRedis).await;
}

#[tokio::test]
async fn a_try_killed_on_the_way_to_the_outbox_is_finished_by_the_next() {
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

/// Brings a situation about for a title. The process may be another one afterwards.
async fn prepare(scene: &Scene, situation: Situation, title: &str, process: Instance) -> Instance {
    scene.forget_in_redis();
    if situation != Situation::RedisIsEmpty {
        assert!(scene.shown(title).await.is_empty());
    }
    if situation != Situation::Stored {
        return process;
    }
    let [_, at] = sides(STORES, 1);
    let killed = kill(scene, process, title, Stop { at, and: None }).await;
    let killed = killed.expect("the try did not store the item");
    killed.run.end(Fate::Lost);
    killed.settled().await;
    scene.process().await
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
        let process = prepare(scene, situation, &title, scene.process().await).await;
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
        let process = prepare(scene, situation, &title, scene.process().await).await;
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
