//! The API is what its document says: a slice of `make fuzz`, which may go on for as long as one likes.

use super::make_with;
use crate::support::{stack::Stack, upstream::Upstream};

/// The same requests each time, as far as the machine gets with them.
const SLICE: [(&str, &str); 2] = [("FUZZ_SECONDS", "60"), ("FUZZ_SEED", "1")];

#[tokio::test]
async fn whatever_the_document_allows_is_answered_as_it_says_and_whatever_it_does_not_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::hanging().await;
    let stack = Stack::start(&Stack::free_ports(), folder.path(), &github.url()).await;
    make_with(&stack, "fuzz", &SLICE).await;
    stack.interrupt().await;
}
