use std::collections::HashMap;

use axum::Router;
use shared::{
    accounts::{Erasure, PasswordCheck},
    auth::{CursorKey, Hasher, Signer},
    cache::Cache,
    clock::Clock,
    config::{CorsConfig, GithubConfig, PepperConfig, QueueConfig, RedisConfig, VerificationConfig},
    domain::SessionLifetimes,
    http::{Authenticator, Http},
    queue::Queue,
    random::Random,
    store::{Sessions, Table, Users, Watchlist},
    upstream::Github,
};

use super::{dynamo::DynamoDb, keys, keys::TestKeys, redis, time::TestClock};

/// The parts that a test may want to choose.
pub(crate) struct Settings {
    pub(crate) cors_origins: Vec<&'static str>,
    pub(crate) peppers: PepperConfig,
    pub(crate) redis_url: String,
    pub(crate) queue_endpoint: String,
    pub(crate) github_url: String,
}

impl Default for Settings {
    fn default() -> Self {
        let nowhere = format!("http://127.0.0.1:{}", redis::closed_port());
        Self {
            cors_origins: Vec::new(),
            peppers: PepperConfig::default(),
            redis_url: redis::database_url(),
            queue_endpoint: nowhere.clone(),
            github_url: nowhere,
        }
    }
}

/// The parts that functions hold, as `boot` would build them.
struct Parts {
    http: Http,
    authenticator: Authenticator,
    clock: Clock,
    random: Random,
    table: Table,
    users: Users,
    sessions: Sessions,
    watchlist: Watchlist,
    erasure: Erasure,
    passwords: PasswordCheck,
    hasher: Hasher,
    lifetimes: SessionLifetimes,
    signer: Signer,
    verification: VerificationConfig,
    cursors: CursorKey,
    cache: Cache,
    queue: Queue,
    github: Github,
}

/// Every function's router by its name.
pub(crate) fn routers(
    dynamo: &DynamoDb,
    keys: &TestKeys,
    clock: &TestClock,
    settings: &Settings,
) -> HashMap<&'static str, Router> {
    parts(dynamo, keys, clock, settings).routers().into()
}

fn parts(dynamo: &DynamoDb, keys: &TestKeys, clock: &TestClock, settings: &Settings) -> Parts {
    let (clock, random, table) = (clock.clock(), Random::system(), dynamo.table());
    let allowed_origins = settings.cors_origins.iter().map(|origin| origin.parse().unwrap()).collect();
    let (users, sessions) = (Users::new(table.clone()), Sessions::new(table.clone()));
    let watchlist = Watchlist::new(table.clone());
    let hasher = Hasher::new(settings.peppers.clone(), random.clone());
    let url = format!("{}/000000000000/audit", settings.queue_endpoint);
    Parts {
        http: Http { cors: CorsConfig { allowed_origins }, random: random.clone(), clock: clock.clone() },
        authenticator: Authenticator::new(keys.verifier(clock.clone()), sessions.clone(), users.clone(), clock.clone()),
        erasure: Erasure::new(users.clone(), sessions.clone(), watchlist.clone()),
        passwords: PasswordCheck::new(users.clone(), hasher.clone(), clock.clone()),
        lifetimes: SessionLifetimes { idle_seconds: 604_800, ttl_seconds: 2_592_000 },
        signer: keys.signer(),
        verification: keys.verification(),
        cursors: keys::cursor_key(),
        cache: Cache::new(RedisConfig { url: Some(settings.redis_url.clone()) }),
        queue: Queue::local(&settings.queue_endpoint, QueueConfig { url }),
        github: Github::new(GithubConfig { url: settings.github_url.clone() }, clock.clone()).unwrap(),
        clock,
        random,
        table,
        users,
        sessions,
        watchlist,
        hasher,
    }
}

/// Each line: a function's crate, the type that it holds, and the parts of it.
macro_rules! routers {
    ($parts:expr; $($name:literal: $function:ident :: $holds:ident { $($part:ident),* };)*) => {
        [$(($name, $function::router($function::$holds { $($part: $parts.$part.clone()),* })),)*]
    };
}

impl Parts {
    fn routers(&self) -> [(&'static str, Router); 26] {
        routers! { self;
            "auth-register": auth_register::Register { http, clock, random, users, hasher };
            "auth-login": auth_login::Login { http, clock, random, passwords, users, lifetimes, hasher, signer };
            "auth-refresh": auth_refresh::RefreshSession { http, clock, random, users, sessions, lifetimes, signer };
            "auth-logout": auth_logout::Logout { http, authenticator, sessions };
            "auth-me": auth_me::Me { http, authenticator, users };
            "auth-delete-account": auth_delete_account::DeleteAccount { http, authenticator, passwords, users, erasure };
            "auth-password": auth_password::ChangePassword { http, authenticator, passwords, hasher, users, sessions };
            "auth-sessions": auth_sessions::ListSessions { http, authenticator, clock, sessions };
            "auth-session-revoke": auth_session_revoke::Revoke { http, authenticator, sessions };
            "jwks": jwks::Jwks { http, verification };
            "watchlist-list": watchlist_list::List { http, authenticator, watchlist, cursors };
            "watchlist-add": watchlist_add::Add { http, authenticator, clock, random, watchlist };
            "watchlist-get": watchlist_get::Get { http, authenticator, watchlist };
            "watchlist-update": watchlist_update::Update { http, authenticator, clock, random, watchlist };
            "watchlist-remove": watchlist_remove::Remove { http, authenticator, watchlist };
            "admin-stats": admin_stats::Stats { http, authenticator, clock, table };
            "admin-users": admin_users::ListUsers { http, authenticator, users, cursors };
            "admin-user-get": admin_user_get::GetUser { http, authenticator, users };
            "admin-user-update": admin_user_update::UpdateUser { http, authenticator, users, sessions };
            "admin-user-delete": admin_user_delete::DeleteUser { http, authenticator, users, erasure };
            "admin-user-watchlist": admin_user_watchlist::UserWatchlist {
                http, authenticator, users, watchlist, cursors
            };
            "external-github": external_github::External { http, github };
            "health": health::Health { http };
            "health-ready": health_ready::Ready { http, table };
            "health-detailed": health_detailed::Detailed { http, table, cache, queue };
            "fallback": fallback::Fallback { http };
        }
    }
}
