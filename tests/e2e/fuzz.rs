//! The API conforms to its OpenAPI document: a short run of `make fuzz`.

use std::collections::BTreeSet;

use super::make_with;
use crate::support::{stack::Stack, upstream::Upstream};

/// One minute with a fixed seed. Each run sends the same requests, as many as the machine manages.
const SETTINGS: [(&str, &str); 2] = [("FUZZ_SECONDS", "60"), ("FUZZ_SEED", "1")];

/// The number of routes that must succeed at least once. Some need input that cannot be generated,
/// such as a password.
const MIN_SUCCESSFUL_ROUTES: usize = 30;

#[tokio::test]
async fn valid_requests_get_documented_responses_and_invalid_requests_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::hanging().await;
    let stack = Stack::start(&Stack::unused_ports(), folder.path(), &github.url()).await;
    make_with(&stack, "fuzz", &SETTINGS).await;
    let succeeded = successful_routes(&stack);
    assert!(succeeded.len() >= MIN_SUCCESSFUL_ROUTES, "too few routes succeeded: {succeeded:#?}");
    stack.interrupt().await;
}

/// The routes that succeeded at least once.
fn successful_routes(stack: &Stack) -> BTreeSet<String> {
    let requests = stack.log_lines("request");
    let successes = requests.iter().filter(|request| request["status"].as_u64().is_some_and(|status| status < 300));
    successes.map(|request| format!("{} {}", request["method"], request["route"])).collect()
}
