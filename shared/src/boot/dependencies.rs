//! The construction of each dependency from the [`Environment`].

use super::{Build, Environment, FromEnvironment};
use crate::{
    audit::{Audit, AuditIngest},
    auth::{CursorKey, PasswordHasher, Signer, Verifier},
    cache::{Cache, PageCache},
    clock::Clock,
    config::{
        CatalogConfig, CatalogRateConfig, CorsConfig, CursorConfig, EdgeConfig, GithubConfig, ImagesConfig,
        PepperConfig, RateLimitConfig, RefreshConfig, RetentionConfig, SigningConfig, VerificationConfig,
        session_lifetimes,
    },
    domain::SessionLifetimes,
    http::{Authenticator, HttpSettings},
    queue::Queue,
    random::Random,
    rate_limit::{InstanceLimiter, Quotas},
    services::{
        ChangeEffects,
        accounts::{AccountDeletion, PasswordVerifier, SessionRevoker},
        admission::{Admission, Limiter},
        catalog::{Pacer, ProductCache, RefreshQueue, RefreshScheduler, Refresher},
        customers::{CustomerReader, CustomerWriter},
        favorites::{FavoriteAdder, FavoriteRemover},
        watchlist::WatchlistWriter,
    },
    store::{Customers, Favorites, Outbox, Products, RefreshRounds, Sessions, Table, Trail, Users, Watchlist},
    telemetry::Metrics,
    upstream::{Catalog, Github},
};

/// Implements [`FromEnvironment`] for each type: the expression builds it from the environment
/// `env`.
macro_rules! from_environment {
    ($($dependency:ty: |$env:ident| $build:expr;)*) => {
        $(impl FromEnvironment for $dependency {
            fn from_environment($env: &Environment) -> Build<'_, Self> {
                Box::pin(async move { Ok($build) })
            }
        })*
    };
}

// The process: clock, randomness, metrics, configuration.
from_environment! {
    Clock: |env| env.clock.clone();
    Random: |env| env.random.clone();
    Metrics: |env| {
        // Lambda sets this variable.
        let function = env.variables.optional("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
        Metrics::new(function.to_owned(), env.clock.clone())
    };
    ImagesConfig: |env| ImagesConfig::read(&env.variables)?;
    SessionLifetimes: |env| session_lifetimes(&env.variables)?;
    VerificationConfig: |env| VerificationConfig::read(&env.variables)?;
    HttpSettings: |env| HttpSettings {
        cors: CorsConfig::read(&env.variables)?,
        edge: EdgeConfig::read(&env.variables)?,
        random: env.random.clone(),
        clock: env.clock.clone(),
    };
}

// The table and its stores.
from_environment! {
    Table: |env| env.table().await?;
    Customers: |env| Customers::new(env.table().await?);
    Favorites: |env| Favorites::new(env.table().await?);
    Outbox: |env| Outbox::new(env.table().await?);
    Products: |env| Products::new(env.table().await?);
    RefreshRounds: |env| RefreshRounds::new(env.table().await?);
    Sessions: |env| Sessions::new(env.table().await?);
    Trail: |env| Trail::new(env.table().await?);
    Users: |env| Users::new(env.table().await?);
    Watchlist: |env| Watchlist::new(env.table().await?);
}

// Redis, SQS and upstream services.
from_environment! {
    Cache: |env| env.cache().await?;
    PageCache: |env| PageCache::new(env.cache().await?);
    Queue: |env| env.audit_queue().await?;
    RefreshQueue: |env| env.refresh_queue().await?;
    Catalog: |env| Catalog::new(CatalogConfig::read(&env.variables)?, env.clock.clone())?;
    Github: |env| Github::new(GithubConfig::read(&env.variables)?, env.clock.clone())?;
}

// Authentication, keys and rate limits.
from_environment! {
    CursorKey: |env| CursorKey::new(&CursorConfig::read(&env.variables)?);
    PasswordHasher: |env| PasswordHasher::new(PepperConfig::read(&env.variables)?, env.random.clone());
    Signer: |env| Signer::new(SigningConfig::read(&env.variables)?, env.random.clone())?;
    Verifier: |env| Verifier::new(&VerificationConfig::read(&env.variables)?, env.clock.clone())?;
    Limiter: |env| {
        let instance_limiter = InstanceLimiter::new(env.clock.clone());
        let quotas = Quotas::new(RateLimitConfig::read(&env.variables)?);
        Limiter::new(env.cache().await?, instance_limiter, quotas)
    };
    Admission: |env| {
        let limiter: Limiter = env.build().await?;
        let sessions: Sessions = env.build().await?;
        Admission::new(limiter, sessions, env.clock.clone())
    };
    Authenticator: |env| {
        let verifier: Verifier = env.build().await?;
        let admission: Admission = env.build().await?;
        let users: Users = env.build().await?;
        Authenticator::new(verifier, admission, users)
    };
}

// The audit trail and the use cases.
from_environment! {
    Audit: |env| env.audit().await?;
    AuditIngest: |env| AuditIngest {
        trail: env.build().await?,
        users: env.build().await?,
        outbox: env.build().await?,
        retention: RetentionConfig::read(&env.variables)?,
        random: env.random.clone(),
    };
    ChangeEffects: |env| {
        let audit: Audit = env.build().await?;
        ChangeEffects::new(env.cache().await?, audit)
    };
    PasswordVerifier: |env| {
        let users: Users = env.build().await?;
        let hasher: PasswordHasher = env.build().await?;
        let audit: Audit = env.build().await?;
        PasswordVerifier::new(users, hasher, env.clock.clone(), audit)
    };
    SessionRevoker: |env| {
        let sessions: Sessions = env.build().await?;
        let effects: ChangeEffects = env.build().await?;
        SessionRevoker::new(sessions, effects)
    };
    AccountDeletion: |env| AccountDeletion {
        users: env.build().await?,
        sessions: env.build().await?,
        watchlist: env.build().await?,
        customers: env.build().await?,
        audit: env.build().await?,
    };
    WatchlistWriter: |env| {
        let watchlist: Watchlist = env.build().await?;
        let effects: ChangeEffects = env.build().await?;
        WatchlistWriter::new(watchlist, effects)
    };
    CustomerReader: |env| {
        let customers: Customers = env.build().await?;
        let audit: Audit = env.build().await?;
        CustomerReader::new(customers, audit)
    };
    CustomerWriter: |env| CustomerWriter {
        customers: env.build().await?,
        favorites: env.build().await?,
        audit: env.build().await?,
        clock: env.clock.clone(),
        random: env.random.clone(),
    };
    FavoriteAdder: |env| FavoriteAdder {
        customers: env.build().await?,
        favorites: env.build().await?,
        products: env.build().await?,
        catalog: env.build().await?,
        audit: env.build().await?,
        clock: env.clock.clone(),
        random: env.random.clone(),
    };
    FavoriteRemover: |env| {
        let customers: Customers = env.build().await?;
        let favorites: Favorites = env.build().await?;
        let audit: Audit = env.build().await?;
        FavoriteRemover::new(customers, favorites, audit)
    };
}

// The product catalogue and its refreshes.
from_environment! {
    ProductCache: |env| {
        let catalog: Catalog = env.build().await?;
        let products: Products = env.build().await?;
        ProductCache::new(catalog, products, env.clock.clone())
    };
    Pacer: |env| Pacer::new(CatalogRateConfig::read(&env.variables)?);
    RefreshScheduler: |env| RefreshScheduler {
        products: env.build().await?,
        rounds: env.build().await?,
        queue: env.build().await?,
        config: RefreshConfig::read(&env.variables)?,
        clock: env.clock.clone(),
    };
    Refresher: |env| Refresher {
        cache: env.build().await?,
        products: env.build().await?,
        favorites: env.build().await?,
        queue: env.build().await?,
        pacer: env.build().await?,
    };
}
