//! How each part of a function is built.

use super::{Environment, Error, FromEnvironment};
use crate::{
    audit::{Audit, Keeper},
    auth::{CursorKey, Hasher, Signer, Verifier},
    cache::{Cache, Pages},
    clock::Clock,
    config::{
        CatalogConfig, CatalogRateConfig, CorsConfig, CursorConfig, EdgeConfig, GithubConfig, ImagesConfig,
        PepperConfig, RateLimitConfig, RefreshConfig, RetentionConfig, SigningConfig, VerificationConfig,
        session_lifetimes,
    },
    domain::SessionLifetimes,
    http::{Authenticator, Http},
    queue::Queue,
    random::Random,
    rate_limit::{InstanceLimiter, Quotas},
    services::{
        ChangeEffects,
        accounts::{Erasure, PasswordCheck, Revocation},
        admission::{Admission, Limiter},
        catalog::{Pace, RefreshQueue, RefreshRounds, Refresher, Shelf},
        customers::{CustomerReader, CustomerWriter},
        favorites::FavoriteAdder,
        watchlist::WatchlistWriter,
    },
    store::{self, Customers, Favorites, Outbox, Products, Sessions, Table, Trail, Users, Watchlist},
    telemetry::Metrics,
    upstream::{Catalog, Github},
};

/// Each line: a part, and how it is built from the environment `e`.
macro_rules! parts {
    ($($part:ty: |$environment:ident| $build:expr;)*) => {
        $(impl FromEnvironment for $part {
            async fn from_environment($environment: &Environment) -> Result<Self, Error> {
                Ok($build)
            }
        })*
    };
}

/// A part of a part.
async fn part<P: FromEnvironment>(environment: &Environment) -> Result<P, Error> {
    P::from_environment(environment).await
}

parts! {
    Audit: |e| e.audit().await?;
    Authenticator: |e| {
        let table = e.table().await?;
        let admission =
            Admission::new(part::<Limiter>(e).await?, Sessions::new(table.clone()), e.clock.clone());
        Authenticator::new(part(e).await?, admission, Users::new(table))
    };
    Cache: |e| e.cache().await?;
    Catalog: |e| Catalog::new(CatalogConfig::read(&e.variables)?, e.clock.clone())?;
    Clock: |e| e.clock.clone();
    CursorKey: |e| CursorKey::new(&CursorConfig::read(&e.variables)?);
    CustomerReader: |e| CustomerReader::new(part(e).await?, part(e).await?);
    CustomerWriter: |e| {
        let audit = part(e).await?;
        CustomerWriter::new(part(e).await?, part(e).await?, audit, e.clock.clone(), e.random.clone())
    };
    Customers: |e| Customers::new(e.table().await?);
    Erasure: |e| {
        let (sessions, customers) = (part(e).await?, part(e).await?);
        Erasure::new(part(e).await?, sessions, part(e).await?, customers, part(e).await?)
    };
    FavoriteAdder: |e| FavoriteAdder {
        customers: part(e).await?,
        favorites: part(e).await?,
        products: part(e).await?,
        catalog: part(e).await?,
        audit: part(e).await?,
        clock: e.clock.clone(),
        random: e.random.clone(),
    };
    Favorites: |e| Favorites::new(e.table().await?);
    ChangeEffects: |e| ChangeEffects::new(e.cache().await?, part(e).await?);
    Github: |e| Github::new(GithubConfig::read(&e.variables)?, e.clock.clone())?;
    Hasher: |e| Hasher::new(PepperConfig::read(&e.variables)?, e.random.clone());
    Http: |e| Http {
        cors: CorsConfig::read(&e.variables)?,
        edge: EdgeConfig::read(&e.variables)?,
        random: e.random.clone(),
        clock: e.clock.clone(),
    };
    ImagesConfig: |e| ImagesConfig::read(&e.variables)?;
    Keeper: |e| {
        let retention = RetentionConfig::read(&e.variables)?;
        Keeper::new(part(e).await?, part(e).await?, part(e).await?, retention, e.random.clone())
    };
    Limiter: |e| {
        let quotas = Quotas::new(RateLimitConfig::read(&e.variables)?);
        Limiter::new(e.cache().await?, InstanceLimiter::new(e.clock.clone()), quotas)
    };
    // Lambda sets it.
    Metrics: |e| {
        let function = e.variables.optional("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
        Metrics::new(function.to_owned(), e.clock.clone())
    };
    Outbox: |e| Outbox::new(e.table().await?);
    Pages: |e| Pages::new(e.cache().await?);
    PasswordCheck: |e| {
        let hasher = Hasher::new(PepperConfig::read(&e.variables)?, e.random.clone());
        PasswordCheck::new(part(e).await?, hasher, e.clock.clone(), part(e).await?)
    };
    Pace: |e| Pace::new(CatalogRateConfig::read(&e.variables)?);
    Products: |e| Products::new(e.table().await?);
    Queue: |e| e.queue().await?;
    Random: |e| e.random.clone();
    RefreshQueue: |e| e.refresh_queue().await?;
    RefreshRounds: |e| {
        let (rounds, config) = (store::RefreshRounds::new(e.table().await?), RefreshConfig::read(&e.variables)?);
        RefreshRounds::new(part(e).await?, rounds, part(e).await?, config, e.clock.clone())
    };
    Refresher: |e| {
        let (shelf, products) = (part(e).await?, part(e).await?);
        Refresher::new(shelf, products, part(e).await?, part(e).await?, part(e).await?)
    };
    Revocation: |e| Revocation::new(part(e).await?, part(e).await?);
    SessionLifetimes: |e| session_lifetimes(&e.variables)?;
    Sessions: |e| Sessions::new(e.table().await?);
    Shelf: |e| Shelf::new(part(e).await?, part(e).await?, e.clock.clone());
    Signer: |e| Signer::new(SigningConfig::read(&e.variables)?, e.random.clone())?;
    Table: |e| e.table().await?;
    Trail: |e| Trail::new(e.table().await?);
    Users: |e| Users::new(e.table().await?);
    VerificationConfig: |e| VerificationConfig::read(&e.variables)?;
    Verifier: |e| Verifier::new(&VerificationConfig::read(&e.variables)?, e.clock.clone())?;
    Watchlist: |e| Watchlist::new(e.table().await?);
    WatchlistWriter: |e| WatchlistWriter::new(part(e).await?, part(e).await?);
}
