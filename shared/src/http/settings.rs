use crate::{
    clock::Clock,
    config::{CorsConfig, EdgeConfig},
    random::Random,
};

/// The dependencies of the middleware, which every function has.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// The allowed CORS origins.
    pub cors: CorsConfig,
    /// The secrets of requests that come through CloudFront.
    pub edge: EdgeConfig,
    /// The randomness for request ids.
    pub random: Random,
    /// The clock for request ids.
    pub clock: Clock,
}
