//! Functions of the last release and of the working tree run at the same time over one table, one
//! Redis and the same queues, as during a rollout and after a rollback.
//!
//! Both run as processes, started as Lambda starts them. `tests/evolution/RELEASED` names the
//! commit of the last release.

mod fleet;

use std::collections::BTreeSet;

use fleet::{Fleet, Release, Routing};
use functions::{ROUTES, TRIGGERED};
use shared::http::route::Caller;

use crate::{
    evolution::{
        api::{Api, ApiRequest},
        fixtures,
        reading::read_all,
        walk::Walk,
    },
    support::{example::ExampleRequest, fake_catalog::FakeCatalog, last_release, template::project_file},
};

/// The functions with a route that do not read or write stored data.
const WITHOUT_STORAGE: [&str; 6] = ["jwks", "external-github", "health", "health-ready", "health-detailed", "web"];

#[tokio::test(flavor = "multi_thread")]
async fn clients_see_no_difference_when_two_releases_serve_them_in_turn() {
    let catalog = FakeCatalog::with_products(120).await;
    let fleet = Fleet::new(&catalog).await;
    let random = |seed, inverted| Routing::Random { seed, inverted };
    let walks = [
        ("last-reads", Routing::ReadsTo(Release::Last)),
        ("this-reads", Routing::ReadsTo(Release::This)),
        ("random", random(8, false)),
        ("inverted", random(8, true)),
    ];
    for (name, routing) in walks {
        fleet.set_routing(routing);
        Walk { api: &fleet, catalog: &catalog, name }.go().await;
    }
    call_remaining_routes(&fleet, &Walk { api: &fleet, catalog: &catalog, name: "random" }).await;
    // Each release has served every function that reads or writes stored data.
    let [last, this] = [Release::Last, Release::This].map(|release| fleet.served(release));
    let functions: BTreeSet<&str> =
        ROUTES.iter().map(|route| route.function).chain(TRIGGERED.iter().copied()).collect();
    for function in functions.into_iter().filter(|function| !WITHOUT_STORAGE.contains(function)) {
        let is_served_by_last = last.contains_key(function) || !last_release::has(function);
        assert!(is_served_by_last && this.contains_key(function), "only one release served {function}");
    }
}

/// Sends the example event of each function that no walk has called to both releases.
async fn call_remaining_routes(fleet: &Fleet, walk: &Walk<'_, Fleet>) {
    let served = fleet.served(Release::This);
    let is_remaining = |function: &str| !served.contains_key(function) && !WITHOUT_STORAGE.contains(&function);
    let remaining: Vec<_> = ROUTES.iter().filter(|route| is_remaining(route.function)).collect();
    for release in [Release::Last, Release::This] {
        fleet.set_routing(Routing::Always(release));
        let (user, admin) = (walk.sign_in("ada").await, walk.sign_in("boss").await);
        for route in &remaining {
            let Some(ExampleRequest { method, path, body }) = ExampleRequest::of(route) else { continue };
            let request = ApiRequest { body, ..ApiRequest::new(method, path) };
            let request = match route.caller {
                Caller::Anyone => request,
                Caller::User => request.bearer(&user.token),
                Caller::Admin => request.bearer(&admin.token),
            };
            let response = fleet.send(request).await;
            assert!(response.status.as_u16() < 500, "{} from {release:?}: {}", route.function, response.status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_release_reads_data_that_this_one_stores() {
    let catalog = FakeCatalog::with_products(120).await;
    let fleet = Fleet::new(&catalog).await;
    fleet.set_routing(Routing::Always(Release::Last));
    read_all(&fleet, fixtures::newest_dataset(fleet.now())).await;
}

/// The fixtures of the last release describe data that exists in deployed tables.
#[tokio::test]
async fn no_fixture_of_the_last_release_has_changed() {
    let released = last_release::source_dir().join("tests/fixtures");
    for folder in ["items", "outside"] {
        let Ok(kinds) = std::fs::read_dir(released.join(folder)) else { continue };
        for version in kinds.flat_map(|kind| std::fs::read_dir(kind.unwrap().path()).unwrap()) {
            let version = version.unwrap().path();
            let here = project_file("tests/fixtures").join(version.strip_prefix(&released).unwrap());
            let is_unchanged = std::fs::read(&here).ok() == std::fs::read(&version).ok();
            assert!(is_unchanged, "{} differs from its release: add a new version instead", here.display());
        }
    }
}
