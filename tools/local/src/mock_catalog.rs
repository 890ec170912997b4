//! The mock catalogue: a replacement for the external service that provides products, with five
//! hundred products of its own. It serves the three API formats that `CATALOG_KIND` names, each
//! under its own path: [`luizalabs`], [`fakestore`], [`simple`].
//!
//! Its purpose is fault injection. [`control`] is an HTTP API to change its behaviour, for
//! developers and tests. [`state`] holds what can change: faults, products and counts of reads, all
//! in memory. [`fault`] lists the faults, and [`fault_injection`] applies them. [`product`]
//! generates the initial products, and [`json_number`] represents prices without rounding.

mod control;
mod fakestore;
mod fault;
mod fault_injection;
mod image;
mod json_number;
mod luizalabs;
mod product;
mod simple;
mod state;
#[cfg(test)]
mod tests;

use std::{fmt, io, str::FromStr, sync::Arc};

use anyhow::{Result, bail};
use axum::{Router, http::StatusCode, middleware, routing::get};
use tokio::net::TcpListener;

use self::state::MockCatalog;
use crate::{ports::Port, terminal};

/// The API format of a catalogue, the value of `CATALOG_KIND`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Luizalabs,
    Fakestore,
    Simple,
}

impl FromStr for Kind {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        Ok(match name {
            "luizalabs" => Self::Luizalabs,
            "fakestore" => Self::Fakestore,
            "simple" => Self::Simple,
            _ => bail!("must be luizalabs, fakestore or simple"),
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Luizalabs => "luizalabs",
            Self::Fakestore => "fakestore",
            Self::Simple => "simple",
        })
    }
}

/// The base URL of a format, the value of `CATALOG_URL`.
pub(crate) fn base_url(port: Port, kind: Kind) -> String {
    format!("http://{port}/{kind}")
}

/// Starts the server, which runs until the process ends.
pub(crate) async fn start(port: Port) -> Result<()> {
    let listener = TcpListener::bind(port.address()).await?;
    tokio::spawn(async move {
        if let Err(error) = serve(listener).await {
            terminal::print_error(&format!("mock catalogue: {error}"));
        }
    });
    Ok(())
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    let routes = routes(&listener)?;
    axum::serve(listener, routes).await
}

/// All routes of a new mock catalogue. Its image URLs contain the listener's address.
pub(crate) fn routes(listener: &TcpListener) -> io::Result<Router> {
    Ok(router(Arc::new(MockCatalog::new(format!("http://{}", listener.local_addr()?)))))
}

/// Faults apply to the three formats only. The control API must stay reachable, and a real shop
/// serves its images elsewhere.
fn router(catalog: Arc<MockCatalog>) -> Router {
    let formats = Router::new()
        .nest("/luizalabs", luizalabs::routes())
        .nest("/fakestore", fakestore::routes())
        .nest("/simple", simple::routes())
        .route_layer(middleware::from_fn_with_state(catalog.clone(), fault_injection::inject_fault));
    formats.merge(control::routes()).route("/images/{file}", get(image::show)).fallback(not_found).with_state(catalog)
}

async fn not_found() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "The mock catalogue: /luizalabs, /fakestore, /simple, /images/{number}.svg, /control\n")
}
