//! The functions without a route. `make registry` generates this file from their manifests.

/// The function of API Gateway's `$default` route, which handles all requests that match no other
/// route.
pub(crate) const FALLBACK: &str = "fallback";

/// Functions without a route that an operator invokes.
pub(crate) const INVOKED: &[&str] = &["admin-bootstrap"];

/// Functions without a route that a queue or a schedule invokes.
pub(crate) const TRIGGERED: &[&str] = &["audit-relay", "audit-worker", "catalog-refresh", "catalog-worker"];
