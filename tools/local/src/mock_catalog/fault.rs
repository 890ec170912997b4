//! The faults of the mock catalogue. Handlers produce the regular response, and a fault replaces or
//! damages it.

use std::{convert::Infallible, io};

use axum::{
    body::{self, Body, Bytes},
    http::{StatusCode, header, response::Parts},
    response::{Html, IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};

/// The values of the setting `fail`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fault {
    /// The regular response.
    Off,
    /// 500.
    Error,
    /// 404 for everything, in a format that is not the catalogue's, as if another server responded.
    NotFound,
    /// 200 with an HTML error page.
    Html,
    /// 200 with `null`, for lists too.
    NullBody,
    /// 302 to a path that does not exist.
    Redirect,
    /// The regular response after 50 MiB of whitespace, without a `Content-Length`.
    Huge,
    /// The first half of the regular response, with a matching `Content-Length`.
    Truncated,
    /// The head and half of the body, then the connection breaks.
    CutOff,
    /// No response; the connection stays open.
    Hang,
    /// No response; the connection is closed.
    Down,
}

const WHITESPACE: &[u8] = &[b' '; 1 << 16];
const HUGE: usize = 50 << 20;

impl Fault {
    /// Applies the fault to a regular response.
    pub(super) async fn apply_to(self, response: Response) -> Response {
        match self {
            Self::Off => response,
            Self::Error => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response(),
            Self::NotFound => (StatusCode::NOT_FOUND, "404 page not found").into_response(),
            Self::Html => Html("<!doctype html><title>Sorry</title><h1>We will be back soon</h1>").into_response(),
            Self::NullBody => ([(header::CONTENT_TYPE, "application/json")], "null").into_response(),
            Self::Redirect => (StatusCode::FOUND, [(header::LOCATION, "/moved")]).into_response(),
            Self::Huge => huge(response).await,
            Self::Truncated => {
                let (head, body) = split(response).await;
                Response::from_parts(head, body.slice(..body.len() / 2).into())
            }
            Self::CutOff => cut_off(response).await,
            Self::Hang => std::future::pending().await,
            // The body fails before the head is written, so the server can only close the
            // connection.
            Self::Down => Body::from_stream(stream::once(async { connection_reset() })).into_response(),
        }
    }
}

async fn huge(response: Response) -> Response {
    let (head, body) = split(response).await;
    let whitespace = stream::iter((0..HUGE / WHITESPACE.len()).map(|_| Bytes::from_static(WHITESPACE)));
    let body = whitespace.chain(stream::iter([body])).map(Ok::<_, Infallible>);
    Response::from_parts(head, Body::from_stream(body))
}

async fn cut_off(response: Response) -> Response {
    let (mut head, body) = split(response).await;
    head.headers.insert(header::CONTENT_LENGTH, body.len().into());
    let first_half = body.slice(..body.len() / 2);
    let failure = async {
        // Lets the server write the first half.
        tokio::task::yield_now().await;
        connection_reset()
    };
    let body = stream::iter([Ok(first_half)]).chain(stream::once(failure));
    Response::from_parts(head, Body::from_stream(body))
}

/// Splits a response. Reading a body that a handler created in memory cannot fail.
async fn split(response: Response) -> (Parts, Bytes) {
    let (head, body) = response.into_parts();
    (head, body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}

fn connection_reset() -> io::Result<Bytes> {
    Err(io::Error::from(io::ErrorKind::ConnectionReset))
}
