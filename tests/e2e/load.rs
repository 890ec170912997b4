//! Clients that send requests continuously, each with its own account, and check every response.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use http::Method;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval, interval_at};

use crate::{
    journey::{
        client::Client,
        scenarios::{PASSWORD, sign_in, sign_up},
    },
    support::response::TestResponse,
};

/// The interval between requests of one client. Six clients with unoptimised functions leave almost
/// half of two cores idle. Without idle time, latency would be the time that requests wait for a
/// core.
const PACE: Duration = Duration::from_millis(250);

/// The measurements of all clients.
#[derive(Default)]
pub(crate) struct Measurements {
    latencies: RefCell<Vec<Latency>>,
    bypasses: RefCell<Vec<Bypass>>,
    /// The number of requests with the token of a revoked session.
    pub(crate) revoked_tokens_tried: Cell<usize>,
}

/// The latency of one request.
struct Latency {
    sent_at: Instant,
    duration: Duration,
}

/// A list that was served without Redis.
struct Bypass {
    sent_at: Instant,
    answered_at: Instant,
}

impl Measurements {
    /// The 99th percentile of the latencies between two instants, and the number of requests.
    pub(crate) fn p99(&self, from: Instant, to: Instant) -> (Duration, usize) {
        let latencies = self.latencies.borrow();
        let within = latencies.iter().filter(|latency| (from..to).contains(&latency.sent_at));
        let mut durations: Vec<Duration> = within.map(|latency| latency.duration).collect();
        durations.sort_unstable();
        (durations[durations.len() * 99 / 100], durations.len())
    }

    /// The time from `since` to the last request before `until` that was served without Redis.
    pub(crate) fn last_bypass_after(&self, since: Instant, until: Instant) -> Duration {
        let bypasses = self.bypasses.borrow();
        let within = bypasses.iter().filter(|bypass| bypass.sent_at >= since && bypass.answered_at < until);
        within.map(|bypass| bypass.sent_at.duration_since(since)).max().unwrap_or_default()
    }

    async fn send(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> TestResponse {
        let sent_at = Instant::now();
        let response = client.send(method, path, Some(token), body).await;
        self.latencies.borrow_mut().push(Latency { sent_at, duration: sent_at.elapsed() });
        assert!(response.status.as_u16() < 500, "{path}: {}: {:#}", response.status, response.body);
        if response.header("x-cache") == "BYPASS" {
            self.bypasses.borrow_mut().push(Bypass { sent_at, answered_at: Instant::now() });
        }
        response
    }
}

/// Lists, adds, renames, removes, signs in and signs out until `stop` is set. Asserts that each
/// list contains exactly what was written, and that the token of a revoked session is never
/// accepted.
pub(crate) async fn run_client(client: &Client, measurements: &Measurements, name: usize, stop: &Cell<bool>) {
    let email = format!("busy{name}@example.com");
    let account = sign_up(client, &email).await;
    let token = account.access_token.as_str();
    let mut expected: Vec<Value> = Vec::new();
    let mut revoked: Vec<String> = Vec::new();
    // Six clients that sign in every 40 rounds do so seven rounds apart. They also send at different
    // times.
    let mut pace = interval_at(tokio::time::Instant::now() + PACE / 7 * u32::try_from(name).unwrap(), PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for round in 7 * name.. {
        if stop.get() {
            return;
        }
        pace.tick().await;
        let send = |method, path: &str, body| {
            let path = path.to_owned();
            async move { measurements.send(client, method, &path, token, body).await }
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
                measurements.send(client, Method::GET, "/v1/watchlists", &again, None).await.expect(200);
                measurements.send(client, Method::POST, "/v1/auth/logout", &again, None).await.expect(204);
                revoked.push(again);
            }
            9 => {
                if let Some(revoked) = revoked.last() {
                    measurements.revoked_tokens_tried.set(measurements.revoked_tokens_tried.get() + 1);
                    measurements.send(client, Method::GET, "/v1/watchlists", revoked, None).await.expect(401);
                }
            }
            _ => {}
        }
        let list = send(Method::GET, "/v1/watchlists?limit=100", None).await;
        assert_eq!(list.expect(200)["watchlist"], json!(expected), "{}", list.header("x-cache"));
    }
}

/// Guesses the password of an account until `stop` is set. Returns the number of guesses.
pub(crate) async fn guess_passwords(client: &Client, email: &str, stop: &Cell<bool>) -> usize {
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
