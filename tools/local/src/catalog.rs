//! The catalogue: a stand-in for the service whose products customers like, with five hundred products of its own. It
//! speaks the three shapes that `CATALOG_KIND` names, each under an address of its own, so that one process can be any
//! of them: [`luizalabs`], [`fakestore`], [`simple`].
//!
//! It exists to be broken. [`control`] are the switches, for a person with curl and for tests; [`fault`] is what they do,
//! [`shelf`] what they change: products, and how often each was read. All of it is in memory and gone with the stack.
//! What stands on the shelf to begin with is in [`product`]; prices are [`digits`], never floats.

mod control;
mod digits;
mod fakestore;
mod fault;
mod image;
mod luizalabs;
mod product;
mod shelf;
mod simple;
#[cfg(test)]
mod tests;

use std::{fmt, io, str::FromStr, sync::Arc};

use anyhow::{Result, bail};
use axum::{Router, http::StatusCode, middleware, routing::get};
use tokio::net::TcpListener;

use self::shelf::Shelf;
use crate::{ports::Port, terminal};

/// A shape in which catalogues answer, as the functions know it from `CATALOG_KIND`.
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

/// Where it speaks a shape: what a function takes as `CATALOG_URL`.
pub(crate) fn base(port: Port, kind: Kind) -> String {
    format!("http://{port}/{kind}")
}

/// Serves until the process ends.
pub(crate) async fn start(port: Port) -> Result<()> {
    let listener = TcpListener::bind(port.address()).await?;
    tokio::spawn(async move {
        if let Err(error) = serve(listener).await {
            terminal::pass_on(&format!("the catalogue: {error}"));
        }
    });
    Ok(())
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    let routes = routes(&listener)?;
    axum::serve(listener, routes).await
}

/// All of it, for this address.
pub(crate) fn routes(listener: &TcpListener) -> io::Result<Router> {
    Ok(router(Arc::new(Shelf::new(format!("http://{}", listener.local_addr()?)))))
}

/// The switches stay reachable whatever they have broken, and so do the pictures: a shop has them elsewhere.
fn router(shelf: Arc<Shelf>) -> Router {
    let shapes = Router::new()
        .nest("/luizalabs", luizalabs::routes())
        .nest("/fakestore", fakestore::routes())
        .nest("/simple", simple::routes())
        .route_layer(middleware::from_fn_with_state(shelf.clone(), fault::apply));
    shapes.merge(control::routes()).route("/images/{file}", get(image::show)).fallback(nothing_here).with_state(shelf)
}

async fn nothing_here() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "The stand-in catalogue: /luizalabs, /fakestore, /simple, /images/{number}.svg, /control\n")
}
