use crate::{clock::Clock, config::CorsConfig, random::Random};

/// What the middleware of every function needs.
#[derive(Debug, Clone)]
pub struct Http {
    /// Which web origins may call.
    pub cors: CorsConfig,
    /// Where request ids come from.
    pub random: Random,
    /// The time, for request ids.
    pub clock: Clock,
}
