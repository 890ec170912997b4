//! The network round trips and capacity units of one request.

use anyhow::Result;

use crate::{
    subject::Subject,
    world::{
        Backends, World,
        dynamo::{Answers, Usage},
    },
};

/// The calls of one request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RoundTrips {
    /// Requests to Redis that waited for their response.
    pub(crate) redis: u64,
    pub(crate) dynamo: Usage,
    /// Messages to SQS.
    pub(crate) sqs: u64,
}

/// Counts the calls of a real request: one that finds the session in Redis and connections open.
pub(crate) async fn count(world: &World, subject: &Subject) -> Result<RoundTrips> {
    world.dynamo.set_answers(Answers::Real);
    let mut instance = subject.start(world, 256, Backends::Connected).await?;
    // A refresh token is valid once, and an audit event is stored once.
    if !["auth-refresh", "audit-worker"].contains(&subject.function.as_str()) {
        subject.request(world, &mut instance).await?.json()?;
    }
    instance.settle().await;
    take(world);
    subject.request(world, &mut instance).await?.json()?;
    Ok(take(world))
}

fn take(world: &World) -> RoundTrips {
    RoundTrips {
        redis: world.to_redis.take_round_trips(),
        dynamo: world.dynamo.take_usage(),
        sqs: world.sqs.take_messages(),
    }
}
