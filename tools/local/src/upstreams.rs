//! `local upstreams`: stand-ins of what the functions call outside, alone on one port, for functions that run elsewhere
//! (docs/REHEARSAL.md): the catalogue in its three shapes, and the root of GitHub's API under `/github`.

use anyhow::{Context, Result};
use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{catalog, signals::Signals, terminal};

/// Serves until it is told to stop.
pub(crate) async fn main(port: &str) -> Result<()> {
    let port: u16 = port.parse().with_context(|| format!("\"{port}\" is no port"))?;
    let mut signals = Signals::listen()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let routes =
        catalog::routes(&listener)?.merge(Router::new().route("/github/", get(github)).route("/github", get(github)));
    terminal::say("ready");
    tokio::select! {
        served = axum::serve(listener, routes).into_future() => served?,
        () = signals.received() => {}
    }
    Ok(())
}

/// <https://docs.github.com/en/rest/meta/meta#github-api-root>, as much of it as is read.
async fn github() -> Json<Value> {
    let address = |path: &str| format!("https://api.github.com/{path}");
    Json(json!({"current_user_url": address("user"), "rate_limit_url": address("rate_limit")}))
}
