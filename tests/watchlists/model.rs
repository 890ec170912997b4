//! Random steps of two users against a model that is a plain list: whatever they do, each sees the own list and nobody
//! else's, and reads the own last write.

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

use crate::support::app::{TestApp, User};

#[derive(Debug, Clone)]
enum Step {
    Add { title: String, movie: bool },
    Update { at: usize, title: String },
    ChangeType { at: usize, movie: bool },
    Remove { at: usize },
    RemoveOthers { at: usize },
}

fn step() -> impl Strategy<Value = (bool, Step)> {
    let title = "[a-zé字 ]{0,8}[a-z]";
    let step = prop_oneof![
        3 => (title, any::<bool>()).prop_map(|(title, movie)| Step::Add { title, movie }),
        1 => (0..10usize, title).prop_map(|(at, title)| Step::Update { at, title }),
        1 => (0..10usize, any::<bool>()).prop_map(|(at, movie)| Step::ChangeType { at, movie }),
        1 => (0..10usize).prop_map(|at| Step::Remove { at }),
        1 => (0..10usize).prop_map(|at| Step::RemoveOthers { at }),
    ];
    (any::<bool>(), step)
}

#[test]
fn each_user_sees_the_own_writes_and_nothing_else() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    runner.run(&vec(step(), 1..40), |steps| runtime.block_on(play(steps))).unwrap();
}

async fn play(steps: Vec<(bool, Step)>) -> Result<(), TestCaseError> {
    let app = TestApp::new().await;
    let users = [app.user("ada@example.com").await, app.user("grace@example.com").await];
    let mut lists: [Vec<Value>; 2] = [Vec::new(), Vec::new()];
    for (second, step) in steps {
        let (me, other) = if second { (1, 0) } else { (0, 1) };
        match step {
            Step::Add { title, movie } => {
                let item = app.add(&users[me], &title, item_type(movie)).await;
                lists[me].insert(0, item);
            }
            Step::Update { at, title } => patch(&app, &users[me], &mut lists[me], at, json!({"title": title})).await,
            Step::ChangeType { at, movie } => {
                patch(&app, &users[me], &mut lists[me], at, json!({"type": item_type(movie)})).await;
            }
            Step::Remove { at } => {
                if at < lists[me].len() {
                    let item = lists[me].remove(at);
                    app.delete(&path(&item)).bearer(&users[me].token).send().await.expect(204);
                }
            }
            Step::RemoveOthers { at } => {
                if let Some(item) = lists[other].get(at) {
                    app.delete(&path(item)).bearer(&users[me].token).send().await.expect(404);
                }
            }
        }
        for (user, list) in users.iter().zip(&lists) {
            let shown = app.get("/v1/watchlists?limit=100").bearer(&user.token).send().await;
            prop_assert_eq!(&shown.expect(200)["watchlist"], &json!(list));
            let movies: Vec<_> = list.iter().filter(|item| item["type"] == "movie").collect();
            let shown = app.get("/v1/watchlists?limit=100&type=movie").bearer(&user.token).send().await;
            prop_assert_eq!(&shown.expect(200)["watchlist"], &json!(movies));
        }
    }
    Ok(())
}

async fn patch(app: &TestApp, user: &User, list: &mut [Value], at: usize, change: Value) {
    if let Some(item) = list.get_mut(at) {
        let answer = app.patch(&path(item)).bearer(&user.token).json(&change).send().await;
        *item = answer.expect(200)["item"].clone();
    }
}

fn item_type(movie: bool) -> &'static str {
    if movie { "movie" } else { "show" }
}

fn path(item: &Value) -> String {
    format!("/v1/watchlists/items/{}", item["id"].as_str().unwrap())
}
