use std::collections::HashMap;

use axum::Router;
use shared::{
    auth::Hasher,
    cache::Cache,
    config::{CorsConfig, GithubConfig, QueueConfig, RedisConfig},
    domain::SessionLifetimes,
    http::Http,
    queue::Queue,
    random::Random,
    store::{Sessions, Users, Watchlist},
    upstream::Github,
};

use super::{dynamo::DynamoDb, keys, keys::TestKeys, redis, time::TestClock};

/// The parts that a test may want to choose.
pub(crate) struct Settings {
    pub(crate) cors_origins: Vec<&'static str>,
    pub(crate) redis_url: String,
    pub(crate) queue_endpoint: String,
    pub(crate) github_url: String,
}

impl Default for Settings {
    fn default() -> Self {
        let nowhere = format!("http://127.0.0.1:{}", redis::closed_port());
        Self {
            cors_origins: Vec::new(),
            redis_url: redis::database_url(),
            queue_endpoint: nowhere.clone(),
            github_url: nowhere,
        }
    }
}

/// Every function's router by its name, as its `main` would build it.
pub(crate) fn routers(
    dynamo: &DynamoDb,
    keys: &TestKeys,
    clock: &TestClock,
    settings: &Settings,
) -> HashMap<&'static str, Router> {
    let (clock, random, table) = (clock.clock(), Random::system(), dynamo.table());
    let allowed_origins = settings
        .cors_origins
        .iter()
        .map(|origin| origin.parse().unwrap())
        .collect();
    let http = Http {
        cors: CorsConfig { allowed_origins },
        random: random.clone(),
        clock: clock.clone(),
    };
    let (users, sessions) = (Users::new(table.clone()), Sessions::new(table.clone()));
    let watchlist = Watchlist::new(table.clone());
    let (hasher, verifier, signer) = (Hasher::new(random.clone()), keys.verifier(clock.clone()), keys.signer());
    let lifetimes = SessionLifetimes {
        idle_seconds: 604_800,
        ttl_seconds: 2_592_000,
    };
    let cache = Cache::new(RedisConfig {
        url: Some(settings.redis_url.clone()),
    });
    let queue_url = format!("{}/000000000000/audit", settings.queue_endpoint);
    let queue = Queue::local(&settings.queue_endpoint, QueueConfig { url: queue_url });
    let github = Github::new(
        GithubConfig {
            url: settings.github_url.clone(),
        },
        clock.clone(),
    )
    .unwrap();

    HashMap::from([
        (
            "auth-register",
            auth_register::router(auth_register::Register {
                http: http.clone(),
                clock: clock.clone(),
                random: random.clone(),
                users: users.clone(),
                hasher: hasher.clone(),
            }),
        ),
        (
            "auth-login",
            auth_login::router(auth_login::Login {
                http: http.clone(),
                clock: clock.clone(),
                random: random.clone(),
                users: users.clone(),
                sessions,
                lifetimes,
                hasher,
                signer,
            }),
        ),
        (
            "auth-me",
            auth_me::router(auth_me::Me {
                http: http.clone(),
                verifier: verifier.clone(),
                users,
            }),
        ),
        (
            "watchlist-list",
            watchlist_list::router(watchlist_list::List {
                http: http.clone(),
                verifier: verifier.clone(),
                watchlist: watchlist.clone(),
                cursors: keys::cursor_key(),
            }),
        ),
        (
            "watchlist-add",
            watchlist_add::router(watchlist_add::Add {
                http: http.clone(),
                verifier: verifier.clone(),
                clock: clock.clone(),
                random,
                watchlist: watchlist.clone(),
            }),
        ),
        (
            "watchlist-get",
            watchlist_get::router(watchlist_get::Get {
                http: http.clone(),
                verifier: verifier.clone(),
                watchlist: watchlist.clone(),
            }),
        ),
        (
            "watchlist-update",
            watchlist_update::router(watchlist_update::Update {
                http: http.clone(),
                verifier: verifier.clone(),
                clock,
                watchlist: watchlist.clone(),
            }),
        ),
        (
            "watchlist-remove",
            watchlist_remove::router(watchlist_remove::Remove {
                http: http.clone(),
                verifier,
                watchlist,
            }),
        ),
        (
            "external-github",
            external_github::router(external_github::External {
                http: http.clone(),
                github,
            }),
        ),
        ("health", health::router(health::Health { http: http.clone() })),
        (
            "health-ready",
            health_ready::router(health_ready::Ready {
                http: http.clone(),
                table: table.clone(),
            }),
        ),
        (
            "health-detailed",
            health_detailed::router(health_detailed::Detailed {
                http: http.clone(),
                table,
                cache,
                queue,
            }),
        ),
        ("fallback", fallback::router(fallback::Fallback { http })),
    ])
}
