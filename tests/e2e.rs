//! End-to-end tests of the local stack, started with `make run` on unused ports: the functions'
//! binaries behind `cargo lambda watch`, an embedded DynamoDB with a file, a real Redis and a real
//! queue.

use std::{fs, path::Path, process::Command, time::Duration};

use tokio::time::timeout;

use crate::{
    journey::{self, Target, client::Client, scenarios},
    support::{stack::Stack, template::project_file, upstream::Upstream},
};

mod audit;
mod browser;
mod fuzz;
mod load;
mod new_route;
mod poison;
mod postman;
mod readme;
mod redis;
mod releases;

#[tokio::test(flavor = "multi_thread")]
async fn the_client_journey_succeeds_and_data_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::answering(200, scenarios::GITHUB_ROOT).await;

    let ports = Stack::unused_ports();
    let stack = Stack::start(&ports, folder.path(), &github.url()).await;
    let target =
        LocalStack { client: Client::local(stack.api_port()), catalog: stack.catalog(), api_port: stack.api_port() };
    let ada = journey::run_all(&target).await;
    assert_example_event_can_be_invoked(stack.api_port());
    readme::first_session(stack.api_port(), &stack.catalog());
    stack.interrupt().await;
    assert_log_contains_no_secrets(folder.path(), &ada);

    let stack = Stack::start(&ports, folder.path(), &github.url()).await;
    scenarios::data_persists(&Client::local(stack.api_port()), &ada).await;
    stack.interrupt().await;
}

/// The local stack as a target of the journey.
struct LocalStack {
    client: Client,
    catalog: String,
    api_port: u16,
}

impl Target for LocalStack {
    fn client(&self) -> &Client {
        &self.client
    }

    fn catalog(&self) -> &str {
        &self.catalog
    }

    async fn make_admin(&self, email: &str) {
        make_admin(self.api_port, email);
    }
}

/// Makes an account an administrator, as the README shows.
fn make_admin(api_port: u16, email: &str) {
    let mut make = Command::new("make");
    make.args(["admin", &format!("EMAIL={email}"), &format!("API_PORT={api_port}")]).current_dir(project_file(""));
    let output = make.output().unwrap();
    let response = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && response.contains(r#""role":"admin""#), "{output:?}");
}

/// Runs a target of the Makefile against the running stack. Panics if it fails or takes more than
/// five minutes.
async fn make(stack: &Stack, target: &str) {
    make_with(stack, target, &[]).await;
}

async fn make_with(stack: &Stack, target: &str, settings: &[(&str, &str)]) {
    let mut make = tokio::process::Command::new("make");
    make.args(["--silent", target]).current_dir(project_file("")).kill_on_drop(true);
    make.env("API_PORT", stack.api_port().to_string()).env("CATALOG", stack.catalog()).envs(settings.iter().copied());
    let ended = timeout(Duration::from_mins(5), make.status()).await;
    let status = ended.unwrap_or_else(|_| panic!("`make {target}` does not end")).unwrap();
    assert!(status.success(), "`make {target}`: {status}");
}

/// Invokes a function with an example event, as the README shows.
fn assert_example_event_can_be_invoked(api_port: u16) {
    let invoke = Command::new(project_file(".venv/bin/cargo-lambda"))
        .args(["lambda", "invoke", "health", "--data-file", "functions/health/event.json"])
        .args(["--invoke-address", "127.0.0.1", "--invoke-port", &api_port.to_string()])
        .current_dir(project_file(""))
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&invoke.stdout);
    assert!(invoke.status.success(), "{}", String::from_utf8_lossy(&invoke.stderr));
    assert!(output.contains(r#""statusCode":200"#), "{output}");
}

/// Asserts that every request was logged, without credentials and personal data.
fn assert_log_contains_no_secrets(local_dir: &Path, ada: &scenarios::Account) {
    let log = fs::read_to_string(local_dir.join("logs/functions.log")).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let requests: Vec<_> = lines.iter().filter(|line| line["message"] == "request").collect();
    assert!(requests.len() > 50, "only {} requests in the log", requests.len());
    for request in &requests {
        assert!(request["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{request}");
        // Only errors may have longer lines.
        let is_short = request["detail"].is_string() || request.to_string().len() < 300;
        assert!(request["ms"].is_u64() && is_short, "{request}");
    }
    for secret in
        [scenarios::PASSWORD, &ada.access_token, &ada.refresh_token, &ada.email, "Blade Runner", "PRIVATE", "argon2id$"]
    {
        assert!(!log.contains(secret), "the log contains {secret}");
    }
}
