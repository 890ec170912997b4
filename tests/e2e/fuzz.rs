//! The API is what its document says: a slice of `make fuzz`, which may go on for as long as one likes.

use std::collections::BTreeSet;

use super::make_with;
use crate::support::{stack::Stack, upstream::Upstream};

/// The same requests each time, as far as the machine gets with them.
const SLICE: [(&str, &str); 2] = [("FUZZ_SECONDS", "60"), ("FUZZ_SEED", "1")];

/// As many routes at least are to do what they are asked for; some take what nobody guesses, such as a password.
const ENOUGH_ROUTES: usize = 30;

#[tokio::test]
async fn whatever_the_document_allows_is_answered_as_it_says_and_whatever_it_does_not_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::hanging().await;
    let stack = Stack::start(&Stack::free_ports(), folder.path(), &github.url()).await;
    make_with(&stack, "fuzz", &SLICE).await;
    let answered = answered_with_success(&stack);
    assert!(answered.len() >= ENOUGH_ROUTES, "refusals alone say little: {answered:#?}");
    stack.interrupt().await;
}

/// The routes that did what they were asked for, at least once.
fn answered_with_success(stack: &Stack) -> BTreeSet<String> {
    let requests = stack.logged("request");
    let successes = requests.iter().filter(|request| request["status"].as_u64().is_some_and(|status| status < 300));
    successes.map(|request| format!("{} {}", request["method"], request["route"])).collect()
}
