//! The console, used in Chromium against a stack of its own.

use std::fs;

use super::{make, make_with};
use crate::support::{stack::Stack, template::project_file, upstream::Upstream};

#[tokio::test]
async fn the_console_does_what_people_do_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let github = Upstream::hanging().await;
    let stack = Stack::start(&Stack::free_ports(), folder.path(), &github.url()).await;
    make(&stack, "browser").await;
    let pictures = folder.path().join("pictures");
    make_with(&stack, "screenshots", &[("SCREENSHOTS", pictures.to_str().unwrap())]).await;
    for picture in shown_in_the_readme() {
        assert!(pictures.join(&picture).exists(), "no {picture} was taken");
    }
    stack.interrupt().await;
}

fn shown_in_the_readme() -> Vec<String> {
    let readme = fs::read_to_string(project_file("README.md")).unwrap();
    let pictures: Vec<String> =
        readme.split("](docs/screenshots/").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned()).collect();
    assert!(!pictures.is_empty());
    pictures
}
