//! The integration tests. The tree mirrors the paths of the API: tests of `POST /v1/auth/login` are
//! in `auth/login.rs`.
//!
//! Each test has its own table behind a real DynamoDB API (`support/dynamo.rs`) and calls the
//! functions' routers as API Gateway does (`support/app.rs`). Proxies inject faults into the
//! connections. `e2e.rs` runs the local stack of `make run` with the functions' binaries, and
//! `deployed.rs` tests a deployment of `make deploy-local`. `journey.rs` has scenarios of clients
//! that run in all three environments.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a panic fails the test with its location")]
#![allow(clippy::similar_names, reason = "patch and path are terms of HTTP")]

mod access_log;
mod admin;
mod audit;
mod auth;
mod catalog;
mod contract;
mod crash_recovery;
mod customers;
mod deployed;
mod dynamodb_faults;
mod e2e;
mod edge;
mod events;
mod evolution;
mod external;
mod fallback;
mod health;
mod http;
mod journey;
mod layers;
mod openapi;
mod principals;
mod products;
mod rate_limits;
mod read_units;
mod redis_faults;
mod redis_iam;
mod redis_tls;
mod refresh;
mod round_trips;
mod support;
mod timing;
mod watchlists;
mod web;
