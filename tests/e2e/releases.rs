//! The last release's functions and today's at the same time, over one table, one Redis and the same queues: what happens for
//! as long as a release is rolled out, and after it is rolled back.
//!
//! Both are programs, started as Lambda starts them. `tests/evolution/RELEASED` says which commit the last release is.

mod fleet;

use std::collections::BTreeSet;

use fleet::{Fleet, Pick, Release};
use shared::http::routes::{ROUTES, TRIGGERED};

use crate::{
    evolution::{api::Api, fixtures, reading::read_all, walk::Walk},
    support::{released, shop::Shop, template::project_file},
};

#[tokio::test(flavor = "multi_thread")]
async fn clients_do_not_notice_that_two_releases_answer_them_by_turns() {
    let shop = Shop::with(120).await;
    let fleet = Fleet::new(&shop).await;
    let random = |seed, turned| Pick::Random { seed, turned };
    let walks = [
        ("last-reads", Pick::Reading(Release::Last)),
        ("this-reads", Pick::Reading(Release::This)),
        ("random", random(8, false)),
        ("turned", random(8, true)),
    ];
    for (name, pick) in walks {
        fleet.pick(pick);
        Walk { api: &fleet, shop: &shop, name }.go().await;
    }
    // Both have served whatever touches something that is stored.
    let [last, this] = [Release::Last, Release::This].map(|release| fleet.served(release));
    let stores = |function: &&str| {
        !["jwks", "external-github", "health", "health-ready", "health-detailed", "web"].contains(function)
    };
    let functions: BTreeSet<&str> =
        ROUTES.iter().map(|route| route.function).chain(TRIGGERED.iter().copied()).filter(stores).collect();
    for function in functions {
        assert!(last.contains_key(function) && this.contains_key(function), "only one release served {function}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_release_reads_what_this_one_stores() {
    let shop = Shop::with(120).await;
    let fleet = Fleet::new(&shop).await;
    fleet.pick(Pick::Always(Release::Last));
    read_all(&fleet, fixtures::newest(fleet.now())).await;
}

/// What the last release was tested with says what it stores, and it is all over the table.
#[tokio::test]
async fn no_fixture_of_the_last_release_was_edited() {
    let released = released::source().join("tests/fixtures");
    for folder in ["items", "outside"] {
        let Ok(kinds) = std::fs::read_dir(released.join(folder)) else { continue };
        for version in kinds.flat_map(|kind| std::fs::read_dir(kind.unwrap().path()).unwrap()) {
            let version = version.unwrap().path();
            let here = project_file("tests/fixtures").join(version.strip_prefix(&released).unwrap());
            let is_same = std::fs::read(&here).ok() == std::fs::read(&version).ok();
            assert!(is_same, "{} is not as it was released: add a version instead", here.display());
        }
    }
}
