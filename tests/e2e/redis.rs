//! Redis breaks while the running stack is used, in every way in which it can: nobody sees a fault, a stale list, or a
//! session that is over, and nobody waits.

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
use tokio::time::timeout;

use super::load::{Seen, guess, keep_busy};
use crate::{
    journey::{client::Client, walk::sign_up},
    support::{redis::command, redis_server::RedisServer, stack::Stack, upstream::Upstream},
};

const CLIENTS: usize = 6;
const ADDED: Duration = Duration::from_millis(50);
const RECOVERY: Duration = Duration::from_secs(1);

#[tokio::test]
async fn redis_is_killed_stopped_and_emptied_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::hanging().await;
    let stack = Stack::start(&Stack::free_ports(), folder.path(), &github.url()).await;
    let (client, seen, stop) = (Client::new(stack.api_port()), Seen::default(), Cell::new(false));
    sign_up(&client, "victim@example.com").await;

    let started = Instant::now();
    let busy = join_all((0..CLIENTS).map(|name| keep_busy(&client, &seen, name, &stop)));
    let guesses = guess(&client, "victim@example.com", &stop);
    let phases = async {
        let phases = break_redis(&stack).await;
        stop.set(true);
        phases
    };
    let (phases, (guesses, _)) = join(phases, join(guesses, busy)).await;
    let seconds = started.elapsed().as_secs();

    let (healthy, requests) = seen.p99(phases.healthy.0, phases.healthy.1);
    println!("healthy: p99 {healthy:?} of {requests} requests");
    for (name, from, to) in phases.broken {
        let (p99, requests) = seen.p99(from, to);
        println!("{name}: p99 {p99:?} of {requests} requests");
        assert!(p99 <= healthy + ADDED, "{name}: {p99:?} where {healthy:?} is healthy");
    }
    for (name, back, until) in phases.recoveries {
        let last = seen.last_bypass_after(back, until);
        println!("{name}: used again after {last:?}");
        assert!(last <= RECOVERY, "{name}: {last:?}");
    }
    assert!(seen.revoked_tokens_tried.get() > 20, "{}", seen.revoked_tokens_tried.get());

    // Five at once and then one each time that the wait has doubled: far fewer than were tried.
    let table = Table::local(&stack.dynamodb_endpoint(), "watchlist");
    let victim = Email::parse("victim@example.com").unwrap();
    let counted = Users::new(table).credential(&victim).await.unwrap().unwrap().failures.count;
    let allowed = 5 + u64::BITS - (seconds + 1).leading_zeros();
    println!("{guesses} guesses in {seconds} s, {counted} of them looked at");
    assert!(guesses > 50 && counted <= allowed, "{counted} of {guesses} guesses in {seconds} s");

    // Not a line for each request.
    let changes = stack.logged("dependency down").len() + stack.logged("dependency up").len();
    println!("{changes} lines about Redis, {} about requests", stack.logged("request").len());
    assert!((2..requests).contains(&changes));
    stack.interrupt().await;
}

/// From when to when things were as named.
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
    pass(4).await;
    let server = RedisServer::start_at(stack.redis_port(), "");
    let back = Instant::now();
    pass(4).await;

    let stopped = Instant::now();
    server.signal(Signal::STOP);
    pass(5).await;
    server.signal(Signal::CONT);
    assert_eq!(command(&url, &["PING"]), "PONG");
    let went_on = Instant::now();
    pass(4).await;

    let emptied = Instant::now();
    for _ in 0..8 {
        command(&url, &["FLUSHALL"]);
        command(&url, &["SCRIPT", "FLUSH"]);
        timeout(Duration::from_millis(500), std::future::pending::<()>()).await.unwrap_err();
    }
    let end = Instant::now();
    Phases {
        healthy: (healthy, killed),
        broken: vec![("killed", killed, back), ("stopped", stopped, went_on), ("emptied", emptied, end)],
        recoveries: vec![("killed", back, stopped), ("stopped", went_on, emptied), ("emptied", emptied, end)],
    }
}

/// Lets the clients work for so many seconds.
async fn pass(seconds: u64) {
    timeout(Duration::from_secs(seconds), std::future::pending::<()>()).await.unwrap_err();
}
