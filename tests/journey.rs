//! What clients do with the API: one suite, wherever the API is served. It is the same in three places, over two
//! implementations of DynamoDB that know nothing of each other:
//!
//! - in this process, the functions' routers over the embedded one (`in_process`);
//! - the local stack, as `make run` starts it (`e2e.rs`), with the same one behind its HTTP API;
//! - the stack that `make deploy-local` deployed (`deployed.rs`), over the emulator's.

pub(crate) mod client;
pub(crate) mod favorites;
mod in_process;
mod rest;
pub(crate) mod walk;

use client::Client;

/// Where the API is served, with what a person does there besides sending requests.
pub(crate) trait Place {
    /// A client of it.
    fn client(&self) -> &Client;
    /// Where the stand-in catalogue is told how to behave. Nobody else may use it meanwhile.
    fn catalog(&self) -> &str;
    /// Makes an account an administrator, as the first one is made.
    async fn make_admin(&self, email: &str);
}

/// All of it. Every route does at least once what it is for.
pub(crate) async fn everything(place: &impl Place) -> walk::Account {
    let client = place.client();
    walk::public_routes(client).await;
    walk::errors(client).await;
    let ada = walk::watchlist(client).await;
    walk::many_clients_at_once(client).await;
    walk::sessions_and_admin(client, async |email| place.make_admin(email).await).await;
    favorites::walk(client, place.catalog().to_owned()).await;
    rest::customers(client).await;
    rest::sessions(client).await;
    rest::administration(place).await;
    client.assert_every_route_was_used();
    ada
}
