//! The stack that `make deploy-local` deployed, used through its API Gateway, and deployed again. `make e2e-deployed` runs these,
//! one after the other.

use std::{fs, process::Command, time::Duration};

use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::{
    journey::{Place, client::Client, everything, walk::sign_up},
    support::template::project_file,
};

/// What the deployment left word of.
struct Deployed {
    client: Client,
    state: Value,
}

impl Deployed {
    fn find() -> Self {
        let path = project_file(".rehearsal/state.json");
        let state = fs::read_to_string(path).expect("nothing is deployed; `make deploy-local` does that");
        let state: Value = serde_json::from_str(&state).unwrap();
        let url = state["outputs"]["ApiUrl"].as_str().unwrap();
        let (host, port) = url.trim_start_matches("http://").split_once(':').unwrap();
        let client = Client::at(host, port.trim_end_matches('/').parse().unwrap()).among_others();
        Self { client, state }
    }

    fn table(&self) -> &Value {
        &self.state["outputs"]["TableName"]
    }

    /// How many sign-ups an address has in a minute: ten times the parameter `RateLimitFactor`.
    async fn sign_ups_allowed(&self) -> u64 {
        let refused = self.client.post("/v1/auth/register", None, json!({})).await;
        refused.expect(422);
        refused.header("x-ratelimit-limit").parse().unwrap()
    }
}

impl Place for Deployed {
    fn client(&self) -> &Client {
        &self.client
    }

    fn catalog(&self) -> &str {
        self.state["upstreams"].as_str().unwrap()
    }

    async fn make_admin(&self, email: &str) {
        make(&["admin-deployed", &format!("EMAIL={email}")]);
    }
}

fn make(arguments: &[&str]) {
    let mut make = Command::new("make");
    let made = make.arg("--silent").args(arguments).current_dir(project_file("")).output().unwrap();
    assert!(made.status.success(), "make {arguments:?}: {made:?}");
}

#[tokio::test]
async fn clients_find_deployed_what_they_find_anywhere() {
    everything(&Deployed::find()).await;
}

/// How many audit events wait to be stored.
fn in_outbox() -> u32 {
    let mut count = Command::new(project_file(".venv-rehearsal/bin/python"));
    let counted =
        count.args(["tools/rehearsal/rehearsal.py", "outbox"]).current_dir(project_file("")).output().unwrap();
    String::from_utf8(counted.stdout).unwrap().trim().parse().unwrap_or_else(|_| panic!("{:?}", counted.stderr))
}

#[tokio::test]
async fn the_schedule_empties_the_outbox() {
    let place = Deployed::find();
    // Signing up leaves an event there, which the schedule may take at any moment.
    let mut number = 0;
    while in_outbox() == 0 {
        sign_up(&place.client, &place.client.email(&format!("early-{number}"))).await;
        number += 1;
        assert!(number < 100, "nobody's event ever waits");
    }
    let is_empty = async {
        let mut tick = interval(Duration::from_secs(1));
        while in_outbox() > 0 {
            tick.tick().await;
        }
    };
    timeout(Duration::from_mins(3), is_empty).await.expect("the relay, which runs once a minute, did not run");
}

#[tokio::test]
async fn a_second_deployment_keeps_the_table_and_brings_new_parameters_to_the_routes() {
    let before = Deployed::find();
    let user = sign_up(&before.client, &before.client.email("keeper")).await;
    let item = json!({"title": "Stalker", "type": "movie"});
    let added = before.client.post("/v1/watchlists/items", Some(&user.access_token), item).await;
    let path = added.header("location").to_owned();
    let allowed = before.sign_ups_allowed().await;

    // The code is the same, so that only the parameter can make a new version of each function.
    let factor = if allowed == 100_000 { 20_000 } else { 10_000 };
    let auth = format!("AUTH={}", before.state["auth"]);
    make(&["deploy-local", &auth, &format!("PARAMETERS=RateLimitFactor={factor}")]);

    let after = Deployed::find();
    assert_eq!(after.table(), before.table());
    assert_eq!(after.sign_ups_allowed().await, factor * 10);
    // Who was signed in still is: keys and sessions are what they were.
    let found = after.client.get(&path, Some(&user.access_token)).await;
    assert_eq!(found.expect(200)["item"], added.expect(201)["item"]);
}
