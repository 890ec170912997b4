//! Tests of the console in Chromium, against a stack of its own.

use std::fs;

use super::{make, make_with};
use crate::support::{stack::Stack, template::project_file, upstream::Upstream};

#[tokio::test]
async fn the_console_works_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::hanging().await;
    let stack = Stack::start(&Stack::unused_ports(), folder.path(), &github.url()).await;
    make(&stack, "browser").await;
    let screenshots = folder.path().join("screenshots");
    make_with(&stack, "screenshots", &[("SCREENSHOTS", screenshots.to_str().unwrap())]).await;
    for screenshot in readme_screenshots() {
        assert!(screenshots.join(&screenshot).exists(), "{screenshot} was not taken");
    }
    stack.interrupt().await;
}

fn readme_screenshots() -> Vec<String> {
    let readme = fs::read_to_string(project_file("README.md")).unwrap();
    let screenshots: Vec<String> =
        readme.split("](docs/screenshots/").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned()).collect();
    assert!(!screenshots.is_empty());
    screenshots
}
