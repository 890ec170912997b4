//! Random steps of two users at once, against a model that is a plain list for each: whatever they do, in whatever order,
//! through whichever instance, each sees the own things and nobody else's, and the next read shows the own last write.

use std::cell::Cell;

use futures_util::future::{join, join_all};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

use crate::support::{
    answer::Answer,
    app::{PASSWORD, TestApp, User},
};

const CASES: u32 = 40;
/// Of each of the two users in each case; 10 000 and more in all.
const STEPS: usize = 128;

#[derive(Debug, Clone)]
enum Act {
    Add { title: String, movie: bool },
    Rename { at: usize, title: String },
    ChangeType { at: usize, movie: bool },
    Remove { at: usize },
    TouchOthers,
    LookAtOne { at: usize },
    LookAtAccount,
    SignInAgain,
    SignOut,
}

/// What somebody does, through which instance, what is looked at meanwhile and what afterwards, through the other.
#[derive(Debug, Clone)]
struct Step {
    act: Act,
    second_instance: bool,
    meanwhile: Vec<View>,
    afterwards: View,
}

/// A query of the list.
#[derive(Debug, Clone, Copy)]
struct View {
    movies_only: bool,
    oldest_first: bool,
    limit: usize,
}

fn view() -> impl Strategy<Value = View> {
    (any::<bool>(), any::<bool>(), prop_oneof![Just(1), Just(3), Just(100)])
        .prop_map(|(movies_only, oldest_first, limit)| View { movies_only, oldest_first, limit })
}

fn step() -> impl Strategy<Value = Step> {
    let title = "[a-zé字 ]{0,8}[a-z]";
    let act = prop_oneof![
        4 => (title, any::<bool>()).prop_map(|(title, movie)| Act::Add { title, movie }),
        2 => (0..10usize, title).prop_map(|(at, title)| Act::Rename { at, title }),
        2 => (0..10usize, any::<bool>()).prop_map(|(at, movie)| Act::ChangeType { at, movie }),
        3 => (0..10usize).prop_map(|at| Act::Remove { at }),
        2 => Just(Act::TouchOthers),
        1 => (0..10usize).prop_map(|at| Act::LookAtOne { at }),
        1 => Just(Act::LookAtAccount),
        // Signing in takes 20 ms of argon2.
        1 => prop_oneof![9 => Just(Act::LookAtAccount), 1 => Just(Act::SignInAgain), 2 => Just(Act::SignOut)],
    ];
    (act, any::<bool>(), vec(view(), 0..3), view()).prop_map(|(act, second_instance, meanwhile, afterwards)| Step {
        act,
        second_instance,
        meanwhile,
        afterwards,
    })
}

#[test]
fn each_user_sees_the_own_writes_and_nothing_else() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let steps = (vec(step(), STEPS), vec(step(), STEPS));
    let played = Cell::new(0);
    let play = |(ada, grace)| {
        played.set(played.get() + 2 * STEPS);
        runtime.block_on(play(ada, grace));
        Ok(())
    };
    TestRunner::new(config).run(&steps, play).unwrap();
    assert!(played.get() >= 10_000);
}

async fn play(ada: Vec<Step>, grace: Vec<Step>) {
    let first = TestApp::new().await;
    let instances = [first.other_instances(), first];
    let people = [instances[0].user("ada@example.com").await, instances[0].user("grace@example.com").await];
    let shown = [Cell::new(None), Cell::new(None)];
    let live = |me: usize| Person {
        instances: &instances,
        user: people[me].clone(),
        email: ["ada@example.com", "grace@example.com"][me],
        earlier: None,
        list: Vec::new(),
        mine: &shown[me],
        theirs: &shown[1 - me],
    };
    join(live(0).live(ada), live(1).live(grace)).await;
}

struct Person<'a> {
    instances: &'a [TestApp; 2],
    user: User,
    email: &'static str,
    /// An earlier sign-in, still good.
    earlier: Option<User>,
    /// Newest first, as the API shows it.
    list: Vec<Value>,
    /// The path of an item of one's own, for the other to try.
    mine: &'a Cell<Option<String>>,
    theirs: &'a Cell<Option<String>>,
}

impl Person<'_> {
    async fn live(mut self, steps: Vec<Step>) {
        for Step { act, second_instance, meanwhile, afterwards } in steps {
            let instances = self.instances;
            let [app, other] =
                if second_instance { [&instances[1], &instances[0]] } else { [&instances[0], &instances[1]] };
            let user = self.user.clone();
            // Reads that run while something is written may see it or not, and may fill the cache with either.
            let looks = join_all(meanwhile.iter().map(|view| look(other, &user, *view)));
            let (looks, ()) = join(looks, self.act(app, act)).await;
            for shown in looks.iter().filter(|shown| shown.status != 401) {
                assert_eq!(shown.expect(200)["user"], user.id);
            }
            let shown = look(other, &self.user, afterwards).await;
            assert_eq!(shown.expect(200)["watchlist"], json!(self.expected(afterwards)), "{}", shown.header("x-cache"));
        }
    }

    fn expected(&self, view: View) -> Vec<Value> {
        let wanted = |item: &&Value| !view.movies_only || item["type"] == "movie";
        let mut items: Vec<Value> = self.list.iter().filter(wanted).cloned().collect();
        if view.oldest_first {
            items.reverse();
        }
        items.truncate(view.limit);
        items
    }

    async fn act(&mut self, app: &TestApp, act: Act) {
        match act {
            Act::Add { title, movie } => self.list.insert(0, app.add(&self.user, &title, item_type(movie)).await),
            Act::Rename { at, title } => self.change(app, at, json!({"title": title})).await,
            Act::ChangeType { at, movie } => self.change(app, at, json!({"type": item_type(movie)})).await,
            Act::Remove { at } if at < self.list.len() => {
                let item = self.list.remove(at);
                app.delete(&path(&item)).bearer(&self.user.token).send().await.expect(204);
            }
            Act::TouchOthers => {
                let theirs = self.theirs.take();
                if let Some(path) = &theirs {
                    app.get(path).bearer(&self.user.token).send().await.expect(404);
                    app.delete(path).bearer(&self.user.token).send().await.expect(404);
                    let rename = app.patch(path).bearer(&self.user.token).json(&json!({"title": "mine"}));
                    rename.send().await.expect(404);
                }
            }
            Act::LookAtOne { at } if at < self.list.len() => {
                let item = app.get(&path(&self.list[at])).bearer(&self.user.token).send().await;
                assert_eq!(item.expect(200)["item"], self.list[at]);
            }
            Act::SignInAgain if self.earlier.is_none() => {
                let token =
                    app.login(self.email, PASSWORD).await.expect(200)["access_token"].as_str().unwrap().to_owned();
                let now = User { id: self.user.id.clone(), token };
                self.earlier = Some(std::mem::replace(&mut self.user, now));
            }
            Act::SignOut if self.earlier.is_some() => {
                let ended = std::mem::replace(&mut self.user, self.earlier.take().unwrap());
                app.post("/v1/auth/logout").bearer(&ended.token).send().await.expect(204);
                for app in self.instances {
                    app.get("/v1/watchlists").bearer(&ended.token).send().await.expect(401);
                }
            }
            _ => {
                let me = app.get("/v1/auth/me").bearer(&self.user.token).send().await;
                assert_eq!(me.expect(200)["email"], self.email);
                let sessions = app.get("/v1/auth/sessions").bearer(&self.user.token).send().await;
                let count = sessions.expect(200)["sessions"].as_array().unwrap().len();
                assert_eq!(count, 1 + usize::from(self.earlier.is_some()));
            }
        }
        self.mine.set(self.list.first().map(path));
    }

    async fn change(&mut self, app: &TestApp, at: usize, change: Value) {
        if let Some(item) = self.list.get_mut(at) {
            let answer = app.patch(&path(item)).bearer(&self.user.token).json(&change).send().await;
            *item = answer.expect(200)["item"].clone();
        }
    }
}

async fn look(app: &TestApp, user: &User, view: View) -> Answer {
    let item_type = if view.movies_only { "&type=movie" } else { "" };
    let sort = if view.oldest_first { "asc" } else { "desc" };
    let query = format!("/v1/watchlists?limit={}&sort=created_at_{sort}{item_type}", view.limit);
    app.get(&query).bearer(&user.token).send().await
}

fn item_type(movie: bool) -> &'static str {
    if movie { "movie" } else { "show" }
}

fn path(item: &Value) -> String {
    format!("/v1/watchlists/items/{}", item["id"].as_str().unwrap())
}
