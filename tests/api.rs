//! The integration tests. The tree mirrors the addresses of the API: tests of `POST /v1/auth/login` are in
//! `auth/login.rs`.
//!
//! Each test has a table of its own behind a real DynamoDB API (`support/dynamo.rs`) and calls the functions' own routers
//! as API Gateway would (`support/app.rs`). Faults are injected at the wire. `e2e.rs` runs the whole stack, as `make run`
//! starts it, with the functions' binaries, and `deployed.rs` what `make deploy-local` deployed; `journey.rs` is what clients do in
//! all three places.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails, and says where")]
#![allow(clippy::similar_names, reason = "patch and path are the words of the API")]

mod access_log;
mod admin;
mod audit;
mod auth;
mod catalog;
mod contract;
mod customers;
mod deployed;
mod e2e;
mod edge;
mod events;
mod evolution;
mod external;
mod fallback;
mod faults;
mod health;
mod http;
mod journey;
mod kills;
mod layers;
mod openapi;
mod principals;
mod products;
mod rate_limits;
mod redis_faults;
mod redis_tls;
mod refresh;
mod round_trips;
mod support;
mod timing;
mod watchlists;
mod web;
