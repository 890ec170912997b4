use std::{collections::HashMap, time::Duration};

use axum::Router;
use shared::{
    accounts::{Erasure, FollowUp, PasswordCheck, Revocation, WatchlistWriter},
    admission::{Admission, Limiter},
    audit::{Audit, Keeper},
    auth::{CursorKey, Hasher, Signer, Verifier},
    cache::{Cache, Pages},
    clock::Clock,
    config::{
        CorsConfig, GithubConfig, PepperConfig, RateLimitConfig, RedisConfig, RetentionConfig, VerificationConfig,
    },
    domain::SessionLifetimes,
    http::{Authenticator, Http},
    queue::Queue,
    random::Random,
    rate_limit::{InstanceLimiter, Quotas},
    store::{Outbox, Sessions, Table, Trail, Users, Watchlist},
    upstream::Github,
};

use super::{dynamo::DynamoDb, keys::TestKeys, redis, sqs::TestQueue, time::TestClock};

/// The parts that a test may want to choose.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) cors_origins: Vec<&'static str>,
    pub(crate) peppers: PepperConfig,
    pub(crate) redis: RedisConfig,
    /// So large by default that no test meets a limit by accident.
    pub(crate) rate_limit_factor: f64,
    /// A new one on the queue service of this run where none is given.
    pub(crate) queue: Option<TestQueue>,
    pub(crate) github_url: String,
}

impl Default for Settings {
    fn default() -> Self {
        let nowhere = format!("http://127.0.0.1:{}", redis::closed_port());
        Self {
            cors_origins: Vec::new(),
            peppers: PepperConfig::default(),
            redis: patient(&redis::database_url()),
            rate_limit_factor: 10_000.0,
            queue: None,
            github_url: nowhere,
        }
    }
}

/// A Redis that is waited for as long as a busy test machine may need, so that nothing looks like a fault that is none.
pub(crate) fn patient(url: &str) -> RedisConfig {
    let long = Duration::from_secs(10);
    RedisConfig { url: Some(url.to_owned()), ca_certificate: None, connect_within: long, answer_within: long }
}

/// A Redis that is waited for as long as in production.
pub(crate) fn impatient(url: &str) -> RedisConfig {
    let (connect_within, answer_within) = (RedisConfig::CONNECT_WITHIN, RedisConfig::ANSWER_WITHIN);
    RedisConfig { url: Some(url.to_owned()), ca_certificate: None, connect_within, answer_within }
}

/// The parts that functions hold, as `boot` would build them.
struct Parts {
    http: Http,
    limiter: Limiter,
    verifier: Verifier,
    authenticator: Authenticator,
    clock: Clock,
    random: Random,
    table: Table,
    audit: Audit,
    trail: Trail,
    users: Users,
    sessions: Sessions,
    revocation: Revocation,
    pages: Pages,
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
    read: Watchlist,
    write: WatchlistWriter,
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

/// What `audit-worker` and `audit-relay` hold.
pub(crate) fn keeper(dynamo: &DynamoDb) -> Keeper {
    let (table, random) = (dynamo.table(), Random::system());
    let retention = RetentionConfig { kept: jiff::SignedDuration::from_hours(365 * 24) };
    let (trail, outbox) = (Trail::new(table.clone()), Outbox::new(table.clone()));
    Keeper::new(trail, Users::new(table), outbox, retention, random)
}

/// What takes down events.
pub(crate) fn audit(dynamo: &DynamoDb, clock: &TestClock, settings: &Settings) -> Audit {
    let queue = settings.queue.as_ref().unwrap();
    let queue = Queue::local(&queue.endpoint, queue.config());
    Audit::new(queue, Outbox::new(dynamo.table()), clock.clock(), Random::system())
}

fn parts(dynamo: &DynamoDb, keys: &TestKeys, clock: &TestClock, settings: &Settings) -> Parts {
    let (audit, clock) = (audit(dynamo, clock, settings), clock.clock());
    let (random, table) = (Random::system(), dynamo.table());
    let allowed_origins = settings.cors_origins.iter().map(|origin| origin.parse().unwrap()).collect();
    let (users, sessions) = (Users::new(table.clone()), Sessions::new(table.clone()));
    let read = Watchlist::new(table.clone());
    let hasher = Hasher::new(settings.peppers.clone(), random.clone());
    let queue = settings.queue.as_ref().unwrap();
    let queue = Queue::local(&queue.endpoint, queue.config());
    let cache = Cache::new(&settings.redis, random.clone()).unwrap();
    let quotas = Quotas::new(RateLimitConfig { factor: settings.rate_limit_factor });
    let limiter = Limiter::new(cache.clone(), InstanceLimiter::new(clock.clone()), quotas);
    let admission = Admission::new(limiter.clone(), sessions.clone(), clock.clone());
    let follow_up = FollowUp::new(cache.clone(), audit.clone());
    let write = WatchlistWriter::new(read.clone(), follow_up.clone());
    let revocation = Revocation::new(sessions.clone(), follow_up);
    Parts {
        http: Http { cors: CorsConfig { allowed_origins }, random: random.clone(), clock: clock.clone() },
        limiter,
        verifier: keys.verifier(clock.clone()),
        authenticator: Authenticator::new(keys.verifier(clock.clone()), admission, users.clone()),
        erasure: Erasure::new(users.clone(), revocation.clone(), write.clone(), audit.clone()),
        passwords: PasswordCheck::new(users.clone(), hasher.clone(), clock.clone(), audit.clone()),
        lifetimes: SessionLifetimes { idle_seconds: 604_800, ttl_seconds: 2_592_000 },
        signer: keys.signer(),
        verification: keys.verification(),
        cursors: keys.cursors.clone(),
        pages: Pages::new(cache.clone()),
        queue,
        trail: Trail::new(table.clone()),
        audit,
        github: Github::new(GithubConfig { url: settings.github_url.clone() }, clock.clone()).unwrap(),
        cache,
        clock,
        random,
        table,
        users,
        sessions,
        revocation,
        hasher,
        read,
        write,
    }
}

/// Each line: a function's crate, the type that it holds, and the parts of it, with the name of the part above where it is
/// another one.
macro_rules! routers {
    ($parts:ident; $($name:literal: $function:ident :: $holds:ident { $($part:ident $(= $from:ident)?),* };)*) => {
        [$(($name, $function::router($function::$holds { $($part: part!($parts.$part $(= $from)?).clone()),* })),)*]
    };
}

macro_rules! part {
    ($parts:ident.$part:ident) => {
        $parts.$part
    };
    ($parts:ident.$part:ident = $from:ident) => {
        $parts.$from
    };
}

impl Parts {
    fn routers(&self) -> [(&'static str, Router); 28] {
        routers! { self;
            "auth-register": auth_register::Register { http, limiter, clock, random, users, hasher, audit };
            "auth-login": auth_login::Login { http, limiter, clock, random, passwords, users, lifetimes, hasher, signer, audit };
            "auth-refresh": auth_refresh::RefreshSession {
                http, clock, random, users, sessions, revocation, limiter, lifetimes, signer, audit
            };
            "auth-logout": auth_logout::Logout { http, authenticator, audit, revocation };
            "auth-me": auth_me::Me { http, authenticator, users };
            "auth-delete-account": auth_delete_account::DeleteAccount { http, authenticator, passwords, users, erasure };
            "auth-password": auth_password::ChangePassword { http, authenticator, passwords, hasher, users, revocation, audit };
            "auth-sessions": auth_sessions::ListSessions { http, authenticator, clock, sessions };
            "auth-session-revoke": auth_session_revoke::Revoke { http, authenticator, audit, revocation };
            "auth-audit": auth_audit::OwnAudit { http, authenticator, clock, trail, cursors };
            "jwks": jwks::Jwks { http, verification };
            "watchlist-list": watchlist_list::List { http, authenticator, pages, watchlist = read, cursors };
            "watchlist-add": watchlist_add::Add { http, authenticator, clock, random, watchlist = write };
            "watchlist-get": watchlist_get::Get { http, authenticator, watchlist = read };
            "watchlist-update": watchlist_update::Update { http, authenticator, clock, random, watchlist = write };
            "watchlist-remove": watchlist_remove::Remove { http, authenticator, watchlist = write };
            "admin-stats": admin_stats::Stats { http, authenticator, audit, clock, trail };
            "admin-users": admin_users::ListUsers { http, authenticator, audit, users, cursors };
            "admin-user-get": admin_user_get::GetUser { http, authenticator, audit, users };
            "admin-user-update": admin_user_update::UpdateUser { http, authenticator, audit, users, revocation };
            "admin-user-delete": admin_user_delete::DeleteUser { http, authenticator, audit, users, erasure };
            "admin-user-watchlist": admin_user_watchlist::UserWatchlist {
                http, authenticator, audit, users, watchlist = read, cursors
            };
            "admin-audit": admin_audit::ReadAudit { http, authenticator, audit, clock, trail, cursors };
            "external-github": external_github::External { http, limiter, verifier, github };
            "health": health::Health { http };
            "health-ready": health_ready::Ready { http, table };
            "health-detailed": health_detailed::Detailed { http, table, cache, queue };
            "fallback": fallback::Fallback { http };
        }
    }
}
