//! The client journey: one suite of requests that runs against the API in three places, over two
//! independent implementations of DynamoDB:
//!
//! - in this process: the functions' routers over the embedded DynamoDB (`in_process`);
//! - the local stack of `make run` (`e2e.rs`): the functions' binaries over the same
//!   implementation, through HTTP;
//! - the stack of `make deploy-local` (`deployed.rs`): over the AWS emulator's DynamoDB.

pub(crate) mod client;
pub(crate) mod favorites;
mod in_process;
mod other_routes;
pub(crate) mod scenarios;

use client::Client;

/// A place that serves the API, with the operations that are not requests to it.
pub(crate) trait Target {
    fn client(&self) -> &Client;
    /// The URL of the mock catalogue's control API. No other test may use it at the same time.
    fn catalog(&self) -> &str;
    /// Makes an account an administrator, in the same way as the first one.
    async fn make_admin(&self, email: &str);
}

/// Runs all scenarios. Every route succeeds at least once.
pub(crate) async fn run_all(target: &impl Target) -> scenarios::Account {
    let client = target.client();
    scenarios::public_routes(client).await;
    scenarios::errors(client).await;
    let ada = scenarios::watchlist(client).await;
    scenarios::concurrent_writes(client).await;
    scenarios::sessions_and_admin(client, async |email| target.make_admin(email).await).await;
    favorites::scenario(client, target.catalog().to_owned()).await;
    other_routes::customers(client).await;
    other_routes::sessions(client).await;
    other_routes::administration(target).await;
    other_routes::examples(target).await;
    client.assert_every_route_succeeded();
    ada
}
