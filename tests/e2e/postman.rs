//! The Postman collection passes against a stack with the default quotas.

use super::make;
use crate::support::{stack::Stack, upstream::Upstream};

#[tokio::test]
async fn every_request_of_the_collection_gets_the_expected_response() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::hanging().await;
    let github = github.url();
    let settings = [("RATE_LIMIT_FACTOR", "1"), ("GITHUB_API_URL", github.as_str())];
    let stack = Stack::start_with(&Stack::unused_ports(), folder.path(), &settings).await;
    make(&stack, "postman").await;
    stack.interrupt().await;
}
