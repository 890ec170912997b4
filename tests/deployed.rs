//! Tests of the stack that `make deploy-local` deployed, through its API Gateway, and of a second
//! deployment. `make e2e-deployed` runs them one after the other.

use std::{fs, process::Command, time::Duration};

use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::{
    journey::{Target, client::Client, run_all, scenarios::sign_up},
    support::template::project_file,
};

/// The deployed stack.
struct Deployed {
    client: Client,
    /// The contents of `.rehearsal/state.json`.
    state: Value,
}

impl Deployed {
    fn find() -> Self {
        let path = project_file(".rehearsal/state.json");
        let state = fs::read_to_string(path).expect("no stack is deployed; run `make deploy-local`");
        let state: Value = serde_json::from_str(&state).unwrap();
        let url = state["outputs"]["ApiUrl"].as_str().unwrap();
        let (host, port) = url.trim_start_matches("http://").split_once(':').unwrap();
        let client = Client::at(host, port.trim_end_matches('/').parse().unwrap()).with_unique_emails();
        Self { client, state }
    }

    fn table(&self) -> &Value {
        &self.state["outputs"]["TableName"]
    }

    /// The quota of registrations per address and minute, which is ten times the parameter
    /// `RateLimitFactor`.
    async fn registration_quota(&self) -> u64 {
        let rejected = self.client.post("/v1/auth/register", None, json!({})).await;
        rejected.expect(422);
        rejected.header("x-ratelimit-limit").parse().unwrap()
    }
}

impl Target for Deployed {
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
    let output = make.arg("--silent").args(arguments).current_dir(project_file("")).output().unwrap();
    assert!(output.status.success(), "make {arguments:?}: {output:?}");
}

#[tokio::test]
async fn the_client_journey_succeeds_on_the_deployed_stack() {
    run_all(&Deployed::find()).await;
}

/// The number of audit events in the outbox.
fn outbox_length() -> u32 {
    let mut rehearsal = Command::new(project_file(".venv-rehearsal/bin/python"));
    let output =
        rehearsal.args(["tools/rehearsal/rehearsal.py", "outbox"]).current_dir(project_file("")).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap_or_else(|_| panic!("{:?}", output.stderr))
}

#[tokio::test]
async fn the_schedule_empties_the_outbox() {
    let stack = Deployed::find();
    // A registration leaves an event in the outbox, which the schedule may process at any moment.
    let mut number = 0;
    while outbox_length() == 0 {
        sign_up(&stack.client, &stack.client.email(&format!("early-{number}"))).await;
        number += 1;
        assert!(number < 100, "no event was seen in the outbox");
    }
    let is_empty = async {
        let mut tick = interval(Duration::from_secs(1));
        while outbox_length() > 0 {
            tick.tick().await;
        }
    };
    timeout(Duration::from_mins(3), is_empty)
        .await
        .expect("audit-relay, which runs once a minute, did not empty the outbox");
}

#[tokio::test]
async fn a_second_deployment_keeps_the_table_and_applies_new_parameters() {
    let before = Deployed::find();
    let user = sign_up(&before.client, &before.client.email("keeper")).await;
    let item = json!({"title": "Stalker", "type": "movie"});
    let added = before.client.post("/v1/watchlists/items", Some(&user.access_token), item).await;
    let path = added.header("location").to_owned();
    let quota = before.registration_quota().await;

    // The code is unchanged, so only the parameter creates new versions of the functions.
    let factor = if quota == 100_000 { 20_000 } else { 10_000 };
    let auth = format!("AUTH={}", before.state["auth"]);
    make(&["deploy-local", &auth, &format!("PARAMETERS=RateLimitFactor={factor}")]);

    let after = Deployed::find();
    assert_eq!(after.table(), before.table());
    assert_eq!(after.registration_quota().await, factor * 10);
    // Keys and sessions are unchanged, so the user is still signed in.
    let found = after.client.get(&path, Some(&user.access_token)).await;
    assert_eq!(found.expect(200)["item"], added.expect(201)["item"]);
}
