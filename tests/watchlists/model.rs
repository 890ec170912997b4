//! Model-based test: two users make random requests concurrently, through two instances. The model
//! is a list per user. Each user sees exactly their own items, and every read returns the user's
//! last write.

use std::{cell::Cell, thread};

use futures_util::future::{join, join_all};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

use crate::support::{
    app::{PASSWORD, TestApp, User},
    response::TestResponse,
};

/// The number of threads, each with its own cases. No other test runs for as long as this one, so
/// on one core it would outlast all others.
const THREADS: u32 = 2;
const CASES_PER_THREAD: u32 = 20;
/// The number of steps per user and case: more than 10 000 in all cases.
const STEPS: usize = 128;

#[derive(Debug, Clone)]
enum Action {
    Add { title: String, movie: bool },
    Rename { index: usize, title: String },
    ChangeType { index: usize, movie: bool },
    Remove { index: usize },
    AccessOthersItem,
    ReadItem { index: usize },
    ReadAccount,
    SignInAgain,
    SignOut,
}

/// A request of a user through one instance, and reads of the list through the other one,
/// concurrently and afterwards.
#[derive(Debug, Clone)]
struct Step {
    action: Action,
    second_instance: bool,
    concurrent_reads: Vec<ListQuery>,
    read_afterwards: ListQuery,
}

/// A query of the list.
#[derive(Debug, Clone, Copy)]
struct ListQuery {
    movies_only: bool,
    oldest_first: bool,
    limit: usize,
}

fn list_query() -> impl Strategy<Value = ListQuery> {
    (any::<bool>(), any::<bool>(), prop_oneof![Just(1), Just(3), Just(100)])
        .prop_map(|(movies_only, oldest_first, limit)| ListQuery { movies_only, oldest_first, limit })
}

fn step() -> impl Strategy<Value = Step> {
    let title = "[a-zé字 ]{0,8}[a-z]";
    let action = prop_oneof![
        4 => (title, any::<bool>()).prop_map(|(title, movie)| Action::Add { title, movie }),
        2 => (0..10usize, title).prop_map(|(index, title)| Action::Rename { index, title }),
        2 => (0..10usize, any::<bool>()).prop_map(|(index, movie)| Action::ChangeType { index, movie }),
        3 => (0..10usize).prop_map(|index| Action::Remove { index }),
        2 => Just(Action::AccessOthersItem),
        1 => (0..10usize).prop_map(|index| Action::ReadItem { index }),
        1 => Just(Action::ReadAccount),
        // Signing in takes 20 ms of argon2.
        1 => prop_oneof![9 => Just(Action::ReadAccount), 1 => Just(Action::SignInAgain), 2 => Just(Action::SignOut)],
    ];
    (action, any::<bool>(), vec(list_query(), 0..3), list_query()).prop_map(
        |(action, second_instance, concurrent_reads, read_afterwards)| Step {
            action,
            second_instance,
            concurrent_reads,
            read_afterwards,
        },
    )
}

#[test]
fn each_user_sees_exactly_their_own_writes() {
    let played: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(play_cases)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!(played >= 10_000);
}

/// Plays random cases and returns the number of steps.
fn play_cases() -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config =
        Config { cases: CASES_PER_THREAD, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let steps = (vec(step(), STEPS), vec(step(), STEPS));
    let played = Cell::new(0);
    let play = |(ada, grace)| {
        played.set(played.get() + 2 * STEPS);
        runtime.block_on(play(ada, grace));
        Ok(())
    };
    TestRunner::new(config).run(&steps, play).unwrap();
    played.get()
}

async fn play(ada: Vec<Step>, grace: Vec<Step>) {
    let first = TestApp::new().await;
    let instances = [first.other_instances(), first];
    let users = [instances[0].user("ada@example.com").await, instances[0].user("grace@example.com").await];
    let paths = [Cell::new(None), Cell::new(None)];
    let person = |me: usize| Person {
        instances: &instances,
        user: users[me].clone(),
        email: ["ada@example.com", "grace@example.com"][me],
        previous: None,
        list: Vec::new(),
        mine: &paths[me],
        theirs: &paths[1 - me],
    };
    join(person(0).run(ada), person(1).run(grace)).await;
}

struct Person<'a> {
    instances: &'a [TestApp; 2],
    user: User,
    email: &'static str,
    /// The previous sign-in, whose session is still valid.
    previous: Option<User>,
    /// The model: the items of the user, newest first.
    list: Vec<Value>,
    /// The path of an item of this user, which the other user tries to access.
    mine: &'a Cell<Option<String>>,
    theirs: &'a Cell<Option<String>>,
}

impl Person<'_> {
    async fn run(mut self, steps: Vec<Step>) {
        for Step { action, second_instance, concurrent_reads, read_afterwards } in steps {
            let instances = self.instances;
            let [app, other] =
                if second_instance { [&instances[1], &instances[0]] } else { [&instances[0], &instances[1]] };
            let user = self.user.clone();
            // Concurrent reads may or may not see the write, and may cache either state.
            let reads = join_all(concurrent_reads.iter().map(|query| read_list(other, &user, *query)));
            let (reads, ()) = join(reads, self.perform(app, action)).await;
            for shown in reads.iter().filter(|shown| shown.status != 401) {
                assert_eq!(shown.expect(200)["user"], user.id);
            }
            let shown = read_list(other, &self.user, read_afterwards).await;
            assert_eq!(
                shown.expect(200)["watchlist"],
                json!(self.expected(read_afterwards)),
                "{}",
                shown.header("x-cache")
            );
        }
    }

    fn expected(&self, query: ListQuery) -> Vec<Value> {
        let wanted = |item: &&Value| !query.movies_only || item["type"] == "movie";
        let mut items: Vec<Value> = self.list.iter().filter(wanted).cloned().collect();
        if query.oldest_first {
            items.reverse();
        }
        items.truncate(query.limit);
        items
    }

    async fn perform(&mut self, app: &TestApp, action: Action) {
        match action {
            Action::Add { title, movie } => self.list.insert(0, app.add(&self.user, &title, item_type(movie)).await),
            Action::Rename { index, title } => self.change(app, index, json!({"title": title})).await,
            Action::ChangeType { index, movie } => self.change(app, index, json!({"type": item_type(movie)})).await,
            Action::Remove { index } if index < self.list.len() => {
                let item = self.list.remove(index);
                app.delete(&path(&item)).bearer(&self.user.token).send().await.expect(204);
            }
            Action::AccessOthersItem => {
                let theirs = self.theirs.take();
                if let Some(path) = &theirs {
                    app.get(path).bearer(&self.user.token).send().await.expect(404);
                    app.delete(path).bearer(&self.user.token).send().await.expect(404);
                    let rename = app.patch(path).bearer(&self.user.token).json(&json!({"title": "mine"}));
                    rename.send().await.expect(404);
                }
            }
            Action::ReadItem { index } if index < self.list.len() => {
                let item = app.get(&path(&self.list[index])).bearer(&self.user.token).send().await;
                assert_eq!(item.expect(200)["item"], self.list[index]);
            }
            Action::SignInAgain if self.previous.is_none() => {
                let token =
                    app.login(self.email, PASSWORD).await.expect(200)["access_token"].as_str().unwrap().to_owned();
                let now = User { id: self.user.id.clone(), token };
                self.previous = Some(std::mem::replace(&mut self.user, now));
            }
            Action::SignOut if self.previous.is_some() => {
                let signed_out = std::mem::replace(&mut self.user, self.previous.take().unwrap());
                app.post("/v1/auth/logout").bearer(&signed_out.token).send().await.expect(204);
                for app in self.instances {
                    app.get("/v1/watchlists").bearer(&signed_out.token).send().await.expect(401);
                }
            }
            _ => {
                let me = app.get("/v1/auth/me").bearer(&self.user.token).send().await;
                assert_eq!(me.expect(200)["email"], self.email);
                let sessions = app.get("/v1/auth/sessions").bearer(&self.user.token).send().await;
                let count = sessions.expect(200)["sessions"].as_array().unwrap().len();
                assert_eq!(count, 1 + usize::from(self.previous.is_some()));
            }
        }
        self.mine.set(self.list.first().map(path));
    }

    async fn change(&mut self, app: &TestApp, index: usize, change: Value) {
        if let Some(item) = self.list.get_mut(index) {
            let answer = app.patch(&path(item)).bearer(&self.user.token).json(&change).send().await;
            *item = answer.expect(200)["item"].clone();
        }
    }
}

async fn read_list(app: &TestApp, user: &User, query: ListQuery) -> TestResponse {
    let item_type = if query.movies_only { "&type=movie" } else { "" };
    let sort = if query.oldest_first { "asc" } else { "desc" };
    let path = format!("/v1/watchlists?limit={}&sort=created_at_{sort}{item_type}", query.limit);
    app.get(&path).bearer(&user.token).send().await
}

/// The `type` of an item that is generated as a movie (true) or a show.
const fn item_type(value: bool) -> &'static str {
    if value { "movie" } else { "show" }
}

fn path(item: &Value) -> String {
    format!("/v1/watchlists/items/{}", item["id"].as_str().unwrap())
}
