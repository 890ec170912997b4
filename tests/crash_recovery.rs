//! Kills the real binary of `POST /v1/watchlists/items` (`kill -9`) at every step of its exchanges
//! with Redis, DynamoDB, SQS and Lambda. A retry with the same `Idempotency-Key` completes whatever
//! the killed process left undone: one item, one event, one response.

mod harness;
mod scenario;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use harness::Harness;
use http::header;
use scenario::{Arrival, STORE, Scenario, arrivals, checkpoints_of};
use tokio::time::timeout;

use crate::support::{
    breakpoints::{Breakpoint, InFlight, Phase, Run},
    redis_proxy,
    response::TestResponse,
    runtime_api::Instance,
    sqs_proxy::SqsFault,
};

#[tokio::test]
async fn a_retry_completes_a_request_killed_while_redis_is_empty() {
    kill_at_every_checkpoint(Scenario::RedisIsEmpty).await;
}

#[tokio::test]
async fn a_retry_completes_a_request_killed_while_redis_has_the_list() {
    kill_at_every_checkpoint(Scenario::RedisHasList).await;
}

#[tokio::test]
async fn a_retry_completes_a_retry_that_was_killed_itself() {
    kill_at_every_checkpoint(Scenario::AlreadyStored).await;
}

#[tokio::test]
async fn a_retry_completes_a_request_killed_without_redis() {
    kill_at_every_checkpoint(Scenario::NoRedis).await;
}

#[tokio::test]
async fn a_retry_completes_a_request_killed_before_or_after_its_write_to_the_outbox() {
    kill_at_every_checkpoint(Scenario::NoQueue).await;
}

#[tokio::test]
async fn a_hundred_concurrent_requests_with_one_key_in_four_processes_have_one_effect() {
    let harness = Harness::new().await;
    let processes = join_all((0..4).map(|_| harness.process_with_concurrency(25))).await;
    let event = harness.add_event("hundred");
    let responses = join_all((0..100).map(|n| processes[n % 4].invoke(&event))).await;
    assert!(responses.iter().all(|response| response.expect(201) == responses[0].expect(201)));
    assert_eq!(responses.iter().filter(|response| !is_replay(response)).count(), 1);
    harness.assert_one_effect("hundred", &responses[0], "a hundred").await;
}

fn is_replay(response: &TestResponse) -> bool {
    response.header("idempotency-replayed") == "true"
}

/// A request of a killed process.
struct Killed {
    run: Arc<Run>,
    /// The responses that the process posted, including those that reached no caller.
    responses: Vec<TestResponse>,
}

impl Killed {
    /// Waits until its last request has taken effect.
    async fn drained(&self) {
        timeout(Duration::from_secs(10), self.run.drained()).await.expect("a request of a dead process does not end");
    }
}

async fn kill_at_every_checkpoint(scenario: Scenario) {
    let harness = Harness::new().await;
    match scenario {
        Scenario::NoRedis => harness.redis.set_fault(redis_proxy::Fault::Refuse),
        Scenario::NoQueue => harness.sqs.set_fault(SqsFault::Refuse),
        Scenario::RedisIsEmpty | Scenario::RedisHasList | Scenario::AlreadyStored => {}
    }
    assert_expected_exchanges(&harness, scenario).await;
    for breakpoint in scenario.breakpoints() {
        for arrival in arrivals(&breakpoint) {
            kill_and_retry(&harness, scenario, &breakpoint, *arrival).await;
        }
    }
}

/// Sets up a scenario for a title. Returns the process to use, which may be a new one.
async fn set_up(harness: &Harness, scenario: Scenario, title: &str, process: Instance) -> Instance {
    harness.flush_redis();
    if scenario != Scenario::RedisIsEmpty {
        assert!(harness.listed(title).await.is_empty());
    }
    if scenario != Scenario::AlreadyStored {
        return process;
    }
    let [_, at] = checkpoints_of(STORE, 1);
    let killed = kill(harness, process, title, Breakpoint { at, and: None }).await;
    let killed = killed.expect("the request did not store the item");
    killed.run.release(InFlight::Dropped);
    killed.drained().await;
    harness.process().await
}

/// The number of attempts for a request that takes another path than usual. This happens when the
/// machine is so busy that Redis exceeds the function's timeout of 30 ms. Such an attempt does not
/// reach the breakpoint and proves nothing.
const MAX_ATTEMPTS: usize = 20;

/// Asserts that an undisturbed request makes exactly the scenario's exchanges, so that none is left
/// untested.
async fn assert_expected_exchanges(harness: &Harness, scenario: Scenario) {
    let mut expected = scenario.exchanges().to_vec();
    expected.sort_unstable();
    let mut exchanges = Vec::new();
    for n in 0..MAX_ATTEMPTS {
        let title = format!("{scenario:?} {n}");
        let process = set_up(harness, scenario, &title, harness.process().await).await;
        let run = harness.breakpoints.start_run(None);
        process.invoke(&harness.add_event(&title)).await.expect(201);
        let requests = run.checkpoints().into_iter().filter(|checkpoint| checkpoint.phase == Phase::Request);
        exchanges = requests.map(|checkpoint| checkpoint.exchange).collect();
        exchanges.sort_unstable();
        harness.take_events().await;
        if exchanges == expected {
            return;
        }
    }
    assert_eq!(exchanges, expected);
}

async fn kill_and_retry(harness: &Harness, scenario: Scenario, breakpoint: &Breakpoint, arrival: Arrival) {
    for n in 0..MAX_ATTEMPTS {
        let title = format!("{scenario:?}, {breakpoint}, {arrival:?}, {n}");
        let process = set_up(harness, scenario, &title, harness.process().await).await;
        if let Some(killed) = kill(harness, process, &title, breakpoint.clone()).await {
            return retry(harness, scenario, &title, killed, arrival).await;
        }
        harness.take_events().await;
    }
    panic!("{scenario:?}: no request reaches {breakpoint}");
}

/// Runs a request up to the breakpoint and kills the process. Returns `None` when the request took
/// another path.
async fn kill(harness: &Harness, process: Instance, title: &str, breakpoint: Breakpoint) -> Option<Killed> {
    let (run, event) = (harness.breakpoints.start_run(Some(breakpoint)), harness.add_event(title));
    process.take_responses();
    tokio::select! {
        () = run.paused() => {}
        _ = process.invoke(&event) => {}
    }
    let is_paused = run.is_paused();
    process.kill().await;
    harness.breakpoints.start_run(None);
    if !is_paused {
        run.release(InFlight::Dropped);
    }
    is_paused.then(|| Killed { run, responses: process.take_responses() })
}

async fn retry(harness: &Harness, scenario: Scenario, title: &str, killed: Killed, arrival: Arrival) {
    if arrival != Arrival::AfterRetry {
        killed.run.release(if arrival == Arrival::Never { InFlight::Dropped } else { InFlight::Forwarded });
        killed.drained().await;
    }
    let is_stored = !harness.stored(title).is_empty();
    let [store_requested, store_answered] =
        checkpoints_of(STORE, 1).map(|checkpoint| killed.run.checkpoints().contains(&checkpoint));
    if scenario == Scenario::AlreadyStored || store_answered {
        assert!(is_stored, "{title}");
    } else if !store_requested {
        assert!(!is_stored, "{title}");
    }
    let process = harness.process().await;
    // The invocation fails the test if it exceeds the function's timeout.
    let response = process.invoke(&harness.add_event(title)).await;
    response.expect(201);
    assert_eq!(is_replay(&response), is_stored, "{title}");
    if arrival == Arrival::AfterRetry {
        killed.run.release(InFlight::Forwarded);
        killed.drained().await;
    }
    let second = process.invoke(&harness.add_event(title)).await;
    assert!(is_replay(&second), "{title}");
    for other in killed.responses.iter().chain([&second]) {
        assert_eq!(other.expect(201), response.expect(201), "{title}");
        for name in [header::LOCATION, header::ETAG] {
            assert_eq!(other.header(&name), response.header(&name), "{title}");
        }
    }
    if scenario == Scenario::NoRedis {
        // The reader uses Redis, and the function could not invalidate the reader's page.
        harness.flush_redis();
    }
    harness.assert_one_effect(title, &response, title).await;
}
