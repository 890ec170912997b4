//! How each part of a function is built.

use super::{Environment, Error, FromEnvironment};
use crate::{
    accounts::{Erasure, PasswordCheck},
    auth::{CursorKey, Hasher, Signer, Verifier},
    cache::Cache,
    clock::Clock,
    config::{
        CorsConfig, CursorConfig, GithubConfig, PepperConfig, QueueConfig, RedisConfig, SigningConfig,
        VerificationConfig, session_lifetimes,
    },
    domain::SessionLifetimes,
    http::{Authenticator, Http},
    queue::Queue,
    random::Random,
    store::{Sessions, Table, Users, Watchlist},
    upstream::Github,
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

parts! {
    Authenticator: |e| {
        let table = e.table().await?;
        let verifier = Verifier::new(&VerificationConfig::read(&e.variables)?, e.clock.clone())?;
        Authenticator::new(verifier, Sessions::new(table.clone()), Users::new(table), e.clock.clone())
    };
    Cache: |e| Cache::new(RedisConfig::read(&e.variables)?);
    Clock: |e| e.clock.clone();
    CursorKey: |e| CursorKey::new(&CursorConfig::read(&e.variables)?);
    Erasure: |e| {
        let table = e.table().await?;
        Erasure::new(Users::new(table.clone()), Sessions::new(table.clone()), Watchlist::new(table))
    };
    Github: |e| Github::new(GithubConfig::read(&e.variables)?, e.clock.clone())?;
    Hasher: |e| Hasher::new(PepperConfig::read(&e.variables)?, e.random.clone());
    Http: |e| Http {
        cors: CorsConfig::read(&e.variables)?,
        random: e.random.clone(),
        clock: e.clock.clone(),
    };
    PasswordCheck: |e| {
        let hasher = Hasher::new(PepperConfig::read(&e.variables)?, e.random.clone());
        PasswordCheck::new(Users::new(e.table().await?), hasher, e.clock.clone())
    };
    Queue: |e| {
        let config = QueueConfig::read(&e.variables)?;
        Queue::new(e.sdk().await, config)
    };
    Random: |e| e.random.clone();
    SessionLifetimes: |e| session_lifetimes(&e.variables)?;
    Sessions: |e| Sessions::new(e.table().await?);
    Signer: |e| Signer::new(SigningConfig::read(&e.variables)?, e.random.clone())?;
    Table: |e| e.table().await?;
    Users: |e| Users::new(e.table().await?);
    VerificationConfig: |e| VerificationConfig::read(&e.variables)?;
    Watchlist: |e| Watchlist::new(e.table().await?);
}
