use std::collections::HashMap;

use axum::Router;
use shared::{
    auth::{Hasher, Verifier},
    cache::Cache,
    clock::Clock,
    config::{CorsConfig, GithubConfig, QueueConfig, RedisConfig},
    domain::SessionLifetimes,
    http::Http,
    queue::Queue,
    random::Random,
    store::{Sessions, Table, Users, Watchlist},
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

/// The parts that functions hold, as `main` would build them.
struct Parts {
    http: Http,
    clock: Clock,
    random: Random,
    table: Table,
    users: Users,
    watchlist: Watchlist,
    hasher: Hasher,
    verifier: Verifier,
}

/// Every function's router by its name.
pub(crate) fn routers(
    dynamo: &DynamoDb,
    keys: &TestKeys,
    clock: &TestClock,
    settings: &Settings,
) -> HashMap<&'static str, Router> {
    let (clock, random, table) = (clock.clock(), Random::system(), dynamo.table());
    let allowed_origins = settings.cors_origins.iter().map(|origin| origin.parse().unwrap()).collect();
    let parts = Parts {
        http: Http { cors: CorsConfig { allowed_origins }, random: random.clone(), clock: clock.clone() },
        users: Users::new(table.clone()),
        watchlist: Watchlist::new(table.clone()),
        hasher: Hasher::new(random.clone()),
        verifier: keys.verifier(clock.clone()),
        clock,
        random,
        table,
    };
    let all = parts.accounts(keys).into_iter().chain(parts.watchlists()).chain(parts.others(settings));
    all.collect()
}

impl Parts {
    fn accounts(&self, keys: &TestKeys) -> Vec<(&'static str, Router)> {
        let register = auth_register::Register {
            http: self.http.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            users: self.users.clone(),
            hasher: self.hasher.clone(),
        };
        let login = auth_login::Login {
            http: self.http.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            users: self.users.clone(),
            sessions: Sessions::new(self.table.clone()),
            lifetimes: SessionLifetimes { idle_seconds: 604_800, ttl_seconds: 2_592_000 },
            hasher: self.hasher.clone(),
            signer: keys.signer(),
        };
        let me = auth_me::Me { http: self.http.clone(), verifier: self.verifier.clone(), users: self.users.clone() };
        vec![
            ("auth-register", auth_register::router(register)),
            ("auth-login", auth_login::router(login)),
            ("auth-me", auth_me::router(me)),
        ]
    }

    fn watchlists(&self) -> Vec<(&'static str, Router)> {
        let (http, verifier, watchlist) = (self.http.clone(), self.verifier.clone(), self.watchlist.clone());
        let list = watchlist_list::List {
            http: http.clone(),
            verifier: verifier.clone(),
            watchlist: watchlist.clone(),
            cursors: keys::cursor_key(),
        };
        let add = watchlist_add::Add {
            http: http.clone(),
            verifier: verifier.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            watchlist: watchlist.clone(),
        };
        let get = watchlist_get::Get { http: http.clone(), verifier: verifier.clone(), watchlist: watchlist.clone() };
        let update = watchlist_update::Update {
            http: http.clone(),
            verifier: verifier.clone(),
            clock: self.clock.clone(),
            watchlist: watchlist.clone(),
        };
        let remove = watchlist_remove::Remove { http, verifier, watchlist };
        vec![
            ("watchlist-list", watchlist_list::router(list)),
            ("watchlist-add", watchlist_add::router(add)),
            ("watchlist-get", watchlist_get::router(get)),
            ("watchlist-update", watchlist_update::router(update)),
            ("watchlist-remove", watchlist_remove::router(remove)),
        ]
    }

    fn others(&self, settings: &Settings) -> Vec<(&'static str, Router)> {
        let (http, table) = (self.http.clone(), self.table.clone());
        let url = format!("{}/000000000000/audit", settings.queue_endpoint);
        let detailed = health_detailed::Detailed {
            http: http.clone(),
            table: table.clone(),
            cache: Cache::new(RedisConfig { url: Some(settings.redis_url.clone()) }),
            queue: Queue::local(&settings.queue_endpoint, QueueConfig { url }),
        };
        let github = Github::new(GithubConfig { url: settings.github_url.clone() }, self.clock.clone()).unwrap();
        vec![
            ("external-github", external_github::router(external_github::External { http: http.clone(), github })),
            ("health", health::router(health::Health { http: http.clone() })),
            ("health-ready", health_ready::router(health_ready::Ready { http: http.clone(), table })),
            ("health-detailed", health_detailed::router(detailed)),
            ("fallback", fallback::router(fallback::Fallback { http })),
        ]
    }
}
