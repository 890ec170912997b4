//! The whole stack as `make run` starts it: the functions' own binaries behind `cargo lambda watch`, on free ports, over an
//! embedded DynamoDB in a file, a real Redis and a real queue. A client uses it, stops it with Ctrl-C, starts it again and
//! finds its data.

use std::{fs, path::Path, process::Command, time::Duration};

use tokio::time::timeout;

use crate::{
    journey::{self, Place, client::Client, walk},
    support::{stack::Stack, template::project_file, upstream::Upstream},
};

mod audit;
mod browser;
mod fuzz;
mod load;
mod poison;
mod postman;
mod readme;
mod redis;
mod releases;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_uses_the_stack_stops_it_and_finds_the_data_again() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::answering(200, walk::GITHUB_ROOT).await;

    let ports = Stack::free_ports();
    let stack = Stack::start(&ports, folder.path(), &github.url()).await;
    let place = Local { client: Client::new(stack.api_port()), catalog: stack.catalog(), api_port: stack.api_port() };
    let ada = journey::everything(&place).await;
    an_example_event_can_be_invoked(stack.api_port());
    readme::first_session(stack.api_port(), &stack.catalog());
    stack.interrupt().await;
    the_log_holds_no_secrets(folder.path(), &ada);

    let stack = Stack::start(&ports, folder.path(), &github.url()).await;
    walk::data_is_still_there(&Client::new(stack.api_port()), &ada).await;
    stack.interrupt().await;
}

/// The local stack as a place of the journey.
struct Local {
    client: Client,
    catalog: String,
    api_port: u16,
}

impl Place for Local {
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

/// As the README shows it.
fn make_admin(api_port: u16, email: &str) {
    let mut make = Command::new("make");
    make.args(["admin", &format!("EMAIL={email}"), &format!("API_PORT={api_port}")]).current_dir(project_file(""));
    let output = make.output().unwrap();
    let answer = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && answer.contains(r#""role":"admin""#), "{output:?}");
}

/// Runs a target of the Makefile that is for the running stack, and shows what it said. More time than any of them takes.
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

/// As the README shows it.
fn an_example_event_can_be_invoked(api_port: u16) {
    let invoke = Command::new(project_file(".venv/bin/cargo-lambda"))
        .args(["lambda", "invoke", "health", "--data-file", "infra/events/health.json"])
        .args(["--invoke-address", "127.0.0.1", "--invoke-port", &api_port.to_string()])
        .current_dir(project_file(""))
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&invoke.stdout);
    assert!(invoke.status.success(), "{}", String::from_utf8_lossy(&invoke.stderr));
    assert!(output.contains(r#""statusCode":200"#), "{output}");
}

/// Every request was logged, and none of what must not be.
fn the_log_holds_no_secrets(local_dir: &Path, ada: &walk::Account) {
    let log = fs::read_to_string(local_dir.join("logs/functions.log")).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let requests: Vec<_> = lines.iter().filter(|line| line["message"] == "request").collect();
    assert!(requests.len() > 50, "only {} requests in the log", requests.len());
    for request in &requests {
        assert!(request["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{request}");
        // What went wrong takes more words.
        let is_short = request["detail"].is_string() || request.to_string().len() < 300;
        assert!(request["ms"].is_u64() && is_short, "{request}");
    }
    for secret in
        [walk::PASSWORD, &ada.access_token, &ada.refresh_token, &ada.email, "Blade Runner", "PRIVATE", "argon2id$"]
    {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}
