use std::{collections::HashMap, time::Duration};

use axum::Router;
use shared::{
    accounts::{Erasure, FollowUp, PasswordCheck, Revocation, WatchlistWriter},
    admission::{Admission, Limiter},
    audit::{Audit, Keeper},
    auth::{CursorKey, Hasher, Signer, Verifier},
    cache::{Cache, Pages},
    catalog::{Pace, RefreshQueue, RefreshRounds, Refresher, Shelf},
    clock::Clock,
    config::{
        CatalogConfig, CatalogKind, CatalogRateConfig, CorsConfig, EdgeConfig, GithubConfig, ImagesConfig,
        PepperConfig, RateLimitConfig, RedisConfig, RefreshConfig, RetentionConfig, Variables, VerificationConfig,
    },
    customers::{CustomerReader, CustomerWriter, FavoriteAdder},
    domain::SessionLifetimes,
    http::{Authenticator, Http},
    queue::Queue,
    random::Random,
    rate_limit::{InstanceLimiter, Quotas},
    store::{self, Customers, Favorites, Outbox, Products, Sessions, Table, Trail, Users, Watchlist},
    upstream::{Catalog, Github},
};

use super::{dynamo::DynamoDb, keys::TestKeys, redis, sqs::TestQueue, time::TestClock};

/// The parts that a test may want to choose.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) cors_origins: Vec<&'static str>,
    /// As in `ORIGIN_SECRETS`.
    pub(crate) origin_secrets: &'static str,
    pub(crate) peppers: PepperConfig,
    pub(crate) redis: RedisConfig,
    /// So large by default that no test meets a limit by accident.
    pub(crate) rate_limit_factor: f64,
    /// A new one on the queue service of this run where none is given.
    pub(crate) queue: Option<TestQueue>,
    /// As for `queue`.
    pub(crate) refresh_queue: Option<TestQueue>,
    pub(crate) github_url: String,
    pub(crate) catalog: CatalogConfig,
}

impl Default for Settings {
    fn default() -> Self {
        let nowhere = format!("http://127.0.0.1:{}", redis::closed_port());
        Self {
            cors_origins: Vec::new(),
            origin_secrets: "",
            peppers: PepperConfig::default(),
            redis: patient(&redis::database_url()),
            rate_limit_factor: 10_000.0,
            queue: None,
            refresh_queue: None,
            catalog: CatalogConfig { kind: CatalogKind::Simple, url: nowhere.clone() },
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
    images: ImagesConfig,
    read: Watchlist,
    write: WatchlistWriter,
    customers: Customers,
    customer_reader: CustomerReader,
    customer_writer: CustomerWriter,
    favorites: Favorites,
    adder: FavoriteAdder,
    shelf: Shelf,
    refresh_queue: RefreshQueue,
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

fn refresh_queue(settings: &Settings) -> RefreshQueue {
    let queue = settings.refresh_queue.as_ref().unwrap();
    RefreshQueue::new(Queue::local(&queue.endpoint, queue.config()))
}

/// What `catalog-refresh` holds.
pub(crate) fn refresh_rounds(dynamo: &DynamoDb, clock: &TestClock, settings: &Settings) -> RefreshRounds {
    let (products, rounds) = (Products::new(dynamo.table()), store::RefreshRounds::new(dynamo.table()));
    let config = RefreshConfig { every: jiff::SignedDuration::from_hours(6) };
    RefreshRounds::new(products, rounds, refresh_queue(settings), config, clock.clock())
}

/// What `catalog-worker` holds.
pub(crate) fn refresher(dynamo: &DynamoDb, clock: &TestClock, settings: &Settings) -> Refresher {
    let (products, favorites) = (Products::new(dynamo.table()), Favorites::new(dynamo.table()));
    let catalog = Catalog::new(settings.catalog.clone(), clock.clock()).unwrap();
    let shelf = Shelf::new(catalog, products.clone(), clock.clock());
    let pace = Pace::new(CatalogRateConfig { max_rps: 1000 });
    Refresher::new(shelf, products, favorites, refresh_queue(settings), pace)
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
    let (customers, favorites) = (Customers::new(table.clone()), Favorites::new(table.clone()));
    let customer_writer =
        CustomerWriter::new(customers.clone(), favorites.clone(), audit.clone(), clock.clone(), random.clone());
    let (catalog, products) =
        (Catalog::new(settings.catalog.clone(), clock.clone()).unwrap(), Products::new(table.clone()));
    Parts {
        http: Http {
            cors: CorsConfig { allowed_origins },
            edge: EdgeConfig::read(&Variables::from_iter([("ORIGIN_SECRETS", settings.origin_secrets)])).unwrap(),
            random: random.clone(),
            clock: clock.clone(),
        },
        limiter,
        verifier: keys.verifier(clock.clone()),
        authenticator: Authenticator::new(keys.verifier(clock.clone()), admission, users.clone()),
        erasure: Erasure::new(users.clone(), revocation.clone(), write.clone(), customer_writer.clone(), audit.clone()),
        passwords: PasswordCheck::new(users.clone(), hasher.clone(), clock.clone(), audit.clone()),
        lifetimes: SessionLifetimes { idle_seconds: 604_800, ttl_seconds: 2_592_000 },
        signer: keys.signer(),
        verification: keys.verification(),
        images: ImagesConfig { sources: "https:".to_owned() },
        cursors: keys.cursors.clone(),
        pages: Pages::new(cache.clone()),
        queue,
        trail: Trail::new(table.clone()),
        customer_reader: CustomerReader::new(customers.clone(), audit.clone()),
        adder: FavoriteAdder {
            customers: customers.clone(),
            favorites: favorites.clone(),
            products: products.clone(),
            catalog: catalog.clone(),
            audit: audit.clone(),
            clock: clock.clone(),
            random: random.clone(),
        },
        shelf: Shelf::new(catalog, products, clock.clone()),
        refresh_queue: refresh_queue(settings),
        customers,
        customer_writer,
        favorites,
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
    fn routers(&self) -> [(&'static str, Router); 41] {
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
            "customers-create": customers_create::Create {
                http, authenticator, clock, random, customers = customer_writer
            };
            "customers-list": customers_list::List { http, authenticator, audit, customers, cursors };
            "customers-get": customers_get::Get { http, authenticator, customers = customer_reader };
            "customers-update": customers_update::Update { http, authenticator, customers = customer_writer };
            "customers-delete": customers_delete::Delete { http, authenticator, customers = customer_writer };
            "favorites-list": favorites_list::List {
                http, authenticator, customers = customer_reader, favorites, cursors
            };
            "favorites-add": favorites_add::Add { http, authenticator, adder };
            "favorites-remove": favorites_remove::Remove { http, authenticator, customers = customer_writer };
            "favorites-refresh": favorites_refresh::Refresh {
                http, authenticator, audit, clock, customers, favorites, queue = refresh_queue
            };
            "favorites-history": favorites_history::History {
                http, authenticator, customers = customer_reader, favorites, cursors
            };
            "products-list": products_list::List { http, authenticator, shelf };
            "products-get": products_get::Get { http, authenticator, shelf };
            "external-github": external_github::External { http, limiter, verifier, github };
            "health": health::Health { http };
            "health-ready": health_ready::Ready { http, table };
            "health-detailed": health_detailed::Detailed { http, table, cache, queue };
            "web": web::Web { http, images };
            "fallback": fallback::Fallback { http };
        }
    }
}
