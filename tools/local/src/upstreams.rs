//! The command `local upstreams`: mocks of the external services on one port, for functions that
//! run elsewhere (docs/REHEARSAL.md). It serves the mock catalogue in its three API formats, and
//! the root of GitHub's API at `/github`.

use anyhow::{Context, Result};
use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{mock_catalog, signals::ShutdownSignals, terminal};

/// Serves until a shutdown signal arrives. Prints `ready` when requests are accepted, which callers
/// wait for.
pub(crate) async fn main(port: &str) -> Result<()> {
    let port: u16 = port.parse().with_context(|| format!("\"{port}\" is not a port number"))?;
    let mut signals = ShutdownSignals::listen()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let github = Router::new().route("/github/", get(github_root)).route("/github", get(github_root));
    let routes = mock_catalog::routes(&listener)?.merge(github);
    terminal::print("ready");
    tokio::select! {
        served = axum::serve(listener, routes).into_future() => served?,
        () = signals.received() => {}
    }
    Ok(())
}

/// The two members of <https://docs.github.com/en/rest/meta/meta#github-api-root> that the
/// functions read.
async fn github_root() -> Json<Value> {
    let url = |path: &str| format!("https://api.github.com/{path}");
    Json(json!({"current_user_url": url("user"), "rate_limit_url": url("rate_limit")}))
}
