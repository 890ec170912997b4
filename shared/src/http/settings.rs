use crate::{
    clock::Clock,
    config::{CorsConfig, EdgeConfig},
    random::Random,
};

/// What the middleware of every function needs.
#[derive(Debug, Clone)]
pub struct Http {
    /// Which web origins may call.
    pub cors: CorsConfig,
    /// What proves that a request came through CloudFront.
    pub edge: EdgeConfig,
    /// Where request ids come from.
    pub random: Random,
    /// The time, for request ids.
    pub clock: Clock,
}
