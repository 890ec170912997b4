//! How each part of a function is built.

use super::{Environment, Error, FromEnvironment};
use crate::{
    auth::{CursorKey, Hasher, Signer, Verifier},
    cache::Cache,
    clock::Clock,
    config::{
        CorsConfig, CursorConfig, GithubConfig, QueueConfig, RedisConfig, SigningConfig, VerificationConfig,
        session_lifetimes,
    },
    domain::SessionLifetimes,
    http::Http,
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
    Cache: |e| Cache::new(RedisConfig::read(&e.variables)?);
    Clock: |e| e.clock.clone();
    CursorKey: |e| CursorKey::new(&CursorConfig::read(&e.variables)?);
    Github: |e| Github::new(GithubConfig::read(&e.variables)?, e.clock.clone())?;
    Hasher: |e| Hasher::new(e.random.clone());
    Http: |e| Http {
        cors: CorsConfig::read(&e.variables)?,
        random: e.random.clone(),
        clock: e.clock.clone(),
    };
    Queue: |e| Queue::new(e.sdk().await, QueueConfig::read(&e.variables)?);
    Random: |e| e.random.clone();
    SessionLifetimes: |e| session_lifetimes(&e.variables)?;
    Sessions: |e| Sessions::new(e.table().await?);
    Signer: |e| Signer::new(SigningConfig::read(&e.variables)?, e.random.clone())?;
    Table: |e| e.table().await?;
    Users: |e| Users::new(e.table().await?);
    Verifier: |e| Verifier::new(&VerificationConfig::read(&e.variables)?, e.clock.clone())?;
    Watchlist: |e| Watchlist::new(e.table().await?);
}
