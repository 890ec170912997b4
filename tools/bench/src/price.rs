//! The price of a million requests, from counted units and the prices in us-east-1 for arm64:
//! <https://aws.amazon.com/lambda/pricing/>, <https://aws.amazon.com/dynamodb/pricing/on-demand/>,
//! <https://aws.amazon.com/api-gateway/pricing/>, <https://aws.amazon.com/sqs/pricing/>,
//! <https://aws.amazon.com/cloudwatch/pricing/>.

use crate::round_trips::RoundTrips;

const API_PER_MILLION: f64 = 1.00;
const INVOCATIONS_PER_MILLION: f64 = 0.20;
const GB_SECOND: f64 = 0.000_013_333_4;
const READ_UNITS_PER_MILLION: f64 = 0.125;
const WRITE_UNITS_PER_MILLION: f64 = 0.625;
const MESSAGES_PER_MILLION: f64 = 0.40;
const LOG_PER_GB: f64 = 0.50;

/// The billed units of a request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Units {
    /// The number of requests to API Gateway: 1, or 0 for a function without a route.
    pub(crate) api: f64,
    /// The memory in MB.
    pub(crate) memory: f64,
    /// The billed duration in milliseconds.
    pub(crate) duration: f64,
    pub(crate) reads: f64,
    pub(crate) writes: f64,
    /// Calls to SQS.
    pub(crate) sqs: f64,
    pub(crate) log_bytes: f64,
}

impl Units {
    /// Returns the price of a million requests in dollars, without data transfer, Redis and the
    /// lines that Lambda itself logs.
    pub(crate) fn price(&self) -> f64 {
        let gb_seconds = self.memory / 1024.0 * self.duration / 1000.0;
        self.api * API_PER_MILLION
            + INVOCATIONS_PER_MILLION
            + gb_seconds * GB_SECOND * 1e6
            + self.reads * READ_UNITS_PER_MILLION
            + self.writes * WRITE_UNITS_PER_MILLION
            + self.sqs * MESSAGES_PER_MILLION
            + self.log_bytes * LOG_PER_GB * 1e6 / 1e9
    }
}

/// The fewest units with which a route can do its work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RouteFloor {
    pub(crate) reads: f64,
    pub(crate) writes: f64,
    pub(crate) sqs: f64,
    /// The work that needs the units.
    pub(crate) reason: &'static str,
}

/// Returns the floor of a subject.
pub(crate) fn floor_of(name: &str) -> RouteFloor {
    let floor = |reads, writes, sqs, reason| RouteFloor { reads, writes, sqs, reason };
    match name {
        "watchlist-list, miss" => floor(1.0, 0.0, 0.0, "a consistent query of up to 4 KB"),
        "watchlist-add" => floor(0.0, 2.0, 1.0, "the item and its index entry; the audit event"),
        "auth-me" => floor(0.5, 0.0, 0.0, "a read of the account"),
        "auth-refresh" => floor(1.0, 1.0, 1.0, "a consistent read of the session, its update; the audit event"),
        "auth-login" => floor(1.0, 1.0, 1.0, "a consistent read of the credential, the new session; the audit event"),
        "audit-worker, batch of ten" => floor(0.0, 10.0, 2.0, "ten events; receiving and deleting the messages"),
        _ => floor(0.0, 0.0, 0.0, "none"),
    }
}

/// Returns the units of a request from what was counted.
pub(crate) fn units(name: &str, memory: u32, duration: f64, trips: &RoundTrips, log_bytes: f64) -> Units {
    let is_worker = name.starts_with("audit-worker");
    // The poller receives and deletes the messages of a batch with one call each.
    let polls = if is_worker { 2.0 } else { 0.0 };
    Units {
        api: if is_worker { 0.0 } else { 1.0 },
        memory: f64::from(memory),
        duration: duration.ceil().max(1.0),
        reads: trips.dynamo.reads,
        writes: trips.dynamo.writes,
        sqs: crate::statistics::to_f64(trips.sqs) + polls,
        log_bytes,
    }
}

impl RouteFloor {
    /// Returns the price of the floor: one billed millisecond, no log line.
    pub(crate) fn price(&self, units: &Units) -> f64 {
        let Self { reads, writes, sqs, .. } = *self;
        Units { reads, writes, sqs, duration: 1.0, log_bytes: 0.0, ..*units }.price()
    }
}
