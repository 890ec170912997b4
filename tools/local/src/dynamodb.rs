//! DynamoDB: the embedded crate `dynoxide-rs` with one `SQLite` file. Each write is committed and
//! synced to disk before its response, so acknowledged data survives `kill -9`.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, anyhow};
use dynoxide::Database;
use shared::store::Table;
use tokio::{net::TcpListener, sync::watch};

use crate::{ports::Port, terminal};

/// The name of the table.
pub(crate) const TABLE: &str = "watchlist";

/// How often expired items are deleted. AWS deletes them within days, so code must not rely on it.
/// A minute is short enough for a developer to see it happen.
const TTL_SWEEP_INTERVAL: Duration = Duration::from_mins(1);

/// Starts the server and creates the table if it does not exist.
pub(crate) async fn start(file: &Path, port: Port, stopping: watch::Receiver<bool>) -> Result<()> {
    let path = file.to_str().context("the name of the data directory is not UTF-8")?;
    let database = Database::new(path).map_err(|error| anyhow!("cannot open {path}: {error}"))?;
    let listener = TcpListener::bind(port.address()).await?;
    tokio::spawn(sweep_expired_items(database.clone()));
    tokio::spawn(serve(listener, database, stopping));
    let table = Table::local(&endpoint(port), TABLE);
    table.create_if_missing().await.with_context(|| format!("cannot create the table {TABLE}"))
}

pub(crate) fn endpoint(port: Port) -> String {
    format!("http://{port}")
}

async fn serve(listener: TcpListener, database: Database, mut stopping: watch::Receiver<bool>) {
    let shutdown = async move {
        let _stopping_or_sender_gone = stopping.wait_for(|stopping| *stopping).await;
    };
    if let Err(error) = dynoxide::server::serve_with_shutdown(listener, database, shutdown).await {
        terminal::print_error(&format!("DynamoDB: {error}"));
    }
}

/// Deletes items whose TTL attribute is in the past.
async fn sweep_expired_items(database: Database) {
    let mut tick = tokio::time::interval(TTL_SWEEP_INTERVAL);
    loop {
        tick.tick().await;
        let database = database.clone();
        let _retried_by_the_next_sweep = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
    }
}
