//! Redis is killed, stopped and flushed while clients use the running stack. No client sees an
//! error, a stale list or a revoked session, and latency rises by at most 50 ms.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use futures_util::future::{join, join_all};
use rustix::process::{Signal, kill_process};
use shared::{
    domain::Email,
    store::{Table, Users},
};
use tokio::{task::spawn_blocking, time::timeout};

use super::load::{Measurements, guess_passwords, run_client};
use crate::{
    journey::{client::Client, scenarios::sign_up},
    support::{redis::command, redis_server::RedisServer, stack::Stack, upstream::Upstream},
};

const CLIENTS: usize = 6;
/// The most that a failure may add to the 99th percentile.
const MAX_ADDED_LATENCY: Duration = Duration::from_millis(50);
/// The time after which Redis must be used again.
const MAX_RECOVERY: Duration = Duration::from_secs(1);

#[tokio::test]
async fn clients_see_no_effect_when_redis_is_killed_stopped_and_flushed_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::hanging().await;
    let stack = Stack::start(&Stack::unused_ports(), folder.path(), &github.url()).await;
    let (client, measurements, stop) = (Client::local(stack.api_port()), Measurements::default(), Cell::new(false));
    sign_up(&client, "victim@example.com").await;

    let started = Instant::now();
    let clients = join_all((0..CLIENTS).map(|name| run_client(&client, &measurements, name, &stop)));
    let guesses = guess_passwords(&client, "victim@example.com", &stop);
    let phases = async {
        let phases = break_redis(&stack).await;
        stop.set(true);
        phases
    };
    let (phases, (guesses, _)) = join(phases, join(guesses, clients)).await;
    let seconds = started.elapsed().as_secs();

    let (healthy, requests) = measurements.p99(phases.healthy.0, phases.healthy.1);
    println!("healthy: p99 {healthy:?} of {requests} requests");
    for (name, from, to) in phases.broken {
        let (p99, requests) = measurements.p99(from, to);
        println!("{name}: p99 {p99:?} of {requests} requests");
        assert!(p99 <= healthy + MAX_ADDED_LATENCY, "{name}: p99 {p99:?}, without failures {healthy:?}");
    }
    for (name, back, until) in phases.recoveries {
        let last = measurements.last_bypass_after(back, until);
        println!("{name}: used again after {last:?}");
        assert!(last <= MAX_RECOVERY, "{name}: {last:?}");
    }
    assert!(measurements.revoked_tokens_tried.get() > 20, "{}", measurements.revoked_tokens_tried.get());

    // The account is locked after five attempts, and each lock is twice as long as the previous
    // one.
    let table = Table::local(&stack.dynamodb_endpoint(), "watchlist");
    let victim = Email::parse("victim@example.com").unwrap();
    let counted = Users::new(table).credential(&victim).await.unwrap().unwrap().lockout.failed_attempts;
    let allowed = 5 + u64::BITS - (seconds + 1).leading_zeros();
    println!("{guesses} guesses in {seconds} s, {counted} of them verified");
    assert!(guesses > 50 && counted <= allowed, "{counted} of {guesses} guesses in {seconds} s");

    // Changes are logged, not every request.
    let changes = stack.log_lines("dependency down").len() + stack.log_lines("dependency up").len();
    println!("{changes} log lines about Redis, {} about requests", stack.log_lines("request").len());
    assert!((2..requests).contains(&changes));
    stack.interrupt().await;
}

/// The start and end of each phase.
struct Phases {
    healthy: (Instant, Instant),
    broken: Vec<(&'static str, Instant, Instant)>,
    recoveries: Vec<(&'static str, Instant, Instant)>,
}

async fn break_redis(stack: &Stack) -> Phases {
    let url = format!("redis://127.0.0.1:{}/", stack.redis_port());
    pass(2).await;
    let healthy = Instant::now();
    pass(8).await;

    let killed = Instant::now();
    kill_process(stack.redis_process(), Signal::KILL).unwrap();
    pass(8).await;
    let port = stack.redis_port();
    let server = unblocked(move || RedisServer::start_at(port, "")).await;
    let back = Instant::now();
    pass(4).await;

    let stopped = Instant::now();
    server.signal(Signal::STOP);
    pass(8).await;
    server.signal(Signal::CONT);
    assert_eq!(run(&url, &["PING"]).await, "PONG");
    let continued = Instant::now();
    pass(4).await;

    let flushed = Instant::now();
    for _ in 0..16 {
        run(&url, &["FLUSHALL"]).await;
        run(&url, &["SCRIPT", "FLUSH"]).await;
        timeout(Duration::from_millis(500), std::future::pending::<()>()).await.unwrap_err();
    }
    let end = Instant::now();
    Phases {
        healthy: (healthy, killed),
        broken: vec![("killed", killed, back), ("stopped", stopped, continued), ("flushed", flushed, end)],
        recoveries: vec![("killed", back, stopped), ("stopped", continued, flushed), ("flushed", flushed, end)],
    }
}

/// Runs a Redis command while the clients run.
async fn run(url: &str, arguments: &'static [&str]) -> String {
    let url = url.to_owned();
    unblocked(move || command(&url, arguments)).await
}

/// Runs a function that blocks while the clients run. In their thread, it would add its own
/// duration to their latency.
async fn unblocked<T: Send + 'static>(function: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(function).await.unwrap()
}

/// Waits while the clients run.
async fn pass(seconds: u64) {
    timeout(Duration::from_secs(seconds), std::future::pending::<()>()).await.unwrap_err();
}
