//! Clients that use the stack all the time, each with an account of its own, and check every answer.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use http::Method;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    journey::{
        client::Client,
        walk::{PASSWORD, sign_in, sign_up},
    },
    support::answer::Answer,
};

/// One request in so long from each client.
const PACE: Duration = Duration::from_millis(60);

/// What the clients have seen.
#[derive(Default)]
pub(crate) struct Seen {
    /// When each request was sent and how long its answer took.
    took: RefCell<Vec<(Instant, Duration)>>,
    /// When each list that Redis had no part in was asked for and answered.
    bypassed: RefCell<Vec<(Instant, Instant)>>,
    pub(crate) revoked_tokens_tried: Cell<usize>,
}

impl Seen {
    /// How long 99 of 100 answers between two instants took at most, and how many there were.
    pub(crate) fn p99(&self, from: Instant, to: Instant) -> (Duration, usize) {
        let within = |(at, _): &&(Instant, Duration)| (from..to).contains(at);
        let mut took: Vec<Duration> = self.took.borrow().iter().filter(within).map(|(_, took)| *took).collect();
        took.sort_unstable();
        (took[took.len() * 99 / 100], took.len())
    }

    /// How long after an instant a list was last answered without Redis.
    pub(crate) fn last_bypass_after(&self, since: Instant, until: Instant) -> Duration {
        let bypassed = self.bypassed.borrow();
        let within = bypassed.iter().filter(|(asked, answered)| *asked >= since && *answered < until);
        within.map(|(asked, _)| asked.duration_since(since)).max().unwrap_or_default()
    }

    async fn send(&self, client: &Client, method: Method, path: &str, token: &str, body: Option<Value>) -> Answer {
        let at = Instant::now();
        let answer = client.send(method, path, Some(token), body).await;
        self.took.borrow_mut().push((at, at.elapsed()));
        assert!(answer.status.as_u16() < 500, "{path}: {}: {:#}", answer.status, answer.body);
        if answer.header("x-cache") == "BYPASS" {
            self.bypassed.borrow_mut().push((at, Instant::now()));
        }
        answer
    }
}

/// Lists, adds, renames, removes, signs in and out, until told to stop. What it reads is always what it wrote, and a token of
/// a session that it has ended is never good again.
pub(crate) async fn keep_busy(client: &Client, seen: &Seen, name: usize, stop: &Cell<bool>) {
    let email = format!("busy{name}@example.com");
    let account = sign_up(client, &email).await;
    let token = account.access_token.as_str();
    let mut expected: Vec<Value> = Vec::new();
    let mut ended: Vec<String> = Vec::new();
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for round in name.. {
        if stop.get() {
            return;
        }
        pace.tick().await;
        let send = |method, path: &str, body| {
            let path = path.to_owned();
            async move { seen.send(client, method, &path, token, body).await }
        };
        match round % 10 {
            0 => {
                let body = json!({"title": format!("item {round}"), "type": "movie"});
                let added = send(Method::POST, "/v1/watchlists/items", Some(body)).await;
                expected.insert(0, added.expect(201)["item"].clone());
            }
            3 if !expected.is_empty() => {
                let renamed = json!({"title": format!("renamed {round}")});
                expected[0] = send(Method::PATCH, &path(&expected[0]), Some(renamed)).await.expect(200)["item"].clone();
            }
            6 if expected.len() > 3 => {
                let item = expected.remove(1);
                send(Method::DELETE, &path(&item), None).await.expect(204);
            }
            8 if round % 40 == 8 => {
                let again = sign_in(client, &email).await.access_token;
                seen.send(client, Method::GET, "/v1/watchlists", &again, None).await.expect(200);
                seen.send(client, Method::POST, "/v1/auth/logout", &again, None).await.expect(204);
                ended.push(again);
            }
            9 => {
                if let Some(ended) = ended.last() {
                    seen.revoked_tokens_tried.set(seen.revoked_tokens_tried.get() + 1);
                    seen.send(client, Method::GET, "/v1/watchlists", ended, None).await.expect(401);
                }
            }
            _ => {}
        }
        let list = send(Method::GET, "/v1/watchlists?limit=100", None).await;
        assert_eq!(list.expect(200)["watchlist"], json!(expected), "{}", list.header("x-cache"));
    }
}

/// Guesses the password of an account until told to stop; how often.
pub(crate) async fn guess(client: &Client, email: &str, stop: &Cell<bool>) -> usize {
    let mut pace = interval(Duration::from_millis(200));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut guesses = 0;
    while !stop.get() {
        pace.tick().await;
        let guess = json!({"email": email, "password": format!("{PASSWORD}{guesses}")});
        client.post("/v1/auth/login", None, guess).await.expect(401);
        guesses += 1;
    }
    guesses
}

fn path(item: &Value) -> String {
    format!("/v1/watchlists/items/{}", item["id"].as_str().unwrap())
}
