//! What goes wrong with an answer of the catalogue. The handlers know nothing of it: they answer the truth, and this
//! stands between them and the caller, as bad networks and bad deployments do.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use axum::{
    Extension,
    body::{self, Body, Bytes},
    extract::{Request, State},
    http::{StatusCode, header, response::Parts},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};

use super::shelf::Shelf;

/// What the switch `fail` can be set to.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fault {
    /// Nothing.
    Off,
    /// 500.
    Error,
    /// 404 for everything, in words that are not the catalogue's: somebody else answers in its place.
    NotFound,
    /// 200 with a page that says sorry.
    Html,
    /// 200 with `null`, for lists too.
    NullBody,
    /// 302 to a place where nothing is.
    Redirect,
    /// The truth, after 50 MiB of blanks, without a `Content-Length`.
    Huge,
    /// Half of the truth, as if that were all of it.
    Truncated,
    /// The head and half of the truth, then the connection breaks.
    CutOff,
    /// The request is taken and never answered.
    Hang,
    /// The connection is closed without an answer.
    Down,
}

/// What a handler adds to an answer about a single product, so that reads can be counted.
pub(super) type About = Extension<Number>;

/// The number of a product, whatever id its catalogue gives it.
#[derive(Clone, Copy)]
pub(super) struct Number(pub(super) u16);

const BLANKS: &[u8] = &[b' '; 1 << 16];
const HUGE: usize = 50 << 20;

/// The layer around everything that the catalogue answers.
pub(super) async fn apply(State(shelf): State<Arc<Shelf>>, request: Request, next: Next) -> Response {
    let truth = next.run(request).await;
    let (latency, fault) = shelf.read(truth.extensions().get().map(|Number(number)| *number));
    wait(latency).await;
    fault.happen_to(truth).await
}

impl Fault {
    async fn happen_to(self, truth: Response) -> Response {
        match self {
            Self::Off => truth,
            Self::Error => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response(),
            Self::NotFound => (StatusCode::NOT_FOUND, "404 page not found").into_response(),
            Self::Html => Html("<!doctype html><title>Sorry</title><h1>We will be back soon</h1>").into_response(),
            Self::NullBody => ([(header::CONTENT_TYPE, "application/json")], "null").into_response(),
            Self::Redirect => (StatusCode::FOUND, [(header::LOCATION, "/moved")]).into_response(),
            Self::Huge => huge(truth).await,
            Self::Truncated => {
                let (head, whole) = taken_apart(truth).await;
                Response::from_parts(head, whole.slice(..whole.len() / 2).into())
            }
            Self::CutOff => cut_off(truth).await,
            Self::Hang => std::future::pending().await,
            // The body fails before anything was written, the head included, so the connection is all there is to close.
            Self::Down => Body::from_stream(stream::once(async { broken() })).into_response(),
        }
    }
}

async fn huge(truth: Response) -> Response {
    let (head, whole) = taken_apart(truth).await;
    let blanks = stream::iter((0..HUGE / BLANKS.len()).map(|_| Bytes::from_static(BLANKS)));
    let body = blanks.chain(stream::iter([whole])).map(Ok::<_, Infallible>);
    Response::from_parts(head, Body::from_stream(body))
}

async fn cut_off(truth: Response) -> Response {
    let (mut head, whole) = taken_apart(truth).await;
    head.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    let half = whole.slice(..whole.len() / 2);
    let rest = async {
        // Lets what came before be written.
        tokio::task::yield_now().await;
        broken()
    };
    let body = stream::iter([Ok(half)]).chain(stream::once(rest));
    Response::from_parts(head, Body::from_stream(body))
}

/// A body that was made here arrives whole: there is nothing to break it.
async fn taken_apart(truth: Response) -> (Parts, Bytes) {
    let (head, body) = truth.into_parts();
    (head, body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}

fn broken() -> io::Result<Bytes> {
    Err(io::Error::from(io::ErrorKind::ConnectionReset))
}

#[expect(clippy::disallowed_methods, reason = "a slow catalogue is what was asked for")]
async fn wait(latency: Duration) {
    tokio::time::sleep(latency).await;
}
