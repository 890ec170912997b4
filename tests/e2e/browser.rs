//! The console, used in Chromium against a stack of its own.

use super::make;
use crate::support::{stack::Stack, upstream::Upstream};

#[tokio::test]
async fn the_console_does_what_people_do_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::hanging().await;
    let stack = Stack::start(&Stack::free_ports(), folder.path(), &github.url()).await;
    make(&stack, "browser").await;
    stack.interrupt().await;
}
