//! DynamoDB: the crate `dynoxide-rs`, embedded, on one SQLite file. Each write is committed and synced to disk before it
//! is answered, so the data survives `kill -9`.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, anyhow};
use dynoxide::Database;
use shared::store::Table;
use tokio::{net::TcpListener, sync::watch};

use crate::{ports::Port, terminal};

/// The one table, as `template.yaml` names it.
pub(crate) const TABLE: &str = "watchlist";

/// AWS deletes expired items within days, unannounced. A minute is often enough for a developer to see it happen; no
/// code may count on it.
const SWEEP: Duration = Duration::from_mins(1);

/// Starts the database and creates the table when it is not there.
pub(crate) async fn start(file: &Path, port: Port, stopping: watch::Receiver<bool>) -> Result<()> {
    let path = file.to_str().context("the folder's name is not UTF-8")?;
    let database = Database::new(path).map_err(|error| anyhow!("cannot open {path}: {error}"))?;
    let listener = TcpListener::bind(port.address()).await?;
    tokio::spawn(sweep(database.clone()));
    tokio::spawn(serve(listener, database, stopping));
    let table = Table::local(&endpoint(port), TABLE);
    table.create_if_missing().await.with_context(|| format!("cannot create the table {TABLE}"))
}

pub(crate) fn endpoint(port: Port) -> String {
    format!("http://{port}")
}

async fn serve(listener: TcpListener, database: Database, mut stopping: watch::Receiver<bool>) {
    let stop = async move {
        let _stopping_or_gone = stopping.wait_for(|stopping| *stopping).await;
    };
    if let Err(error) = dynoxide::server::serve_with_shutdown(listener, database, stop).await {
        terminal::pass_on(&format!("DynamoDB: {error}"));
    }
}

/// Deletes what has expired, as the table's TTL attribute says.
async fn sweep(database: Database) {
    let mut tick = tokio::time::interval(SWEEP);
    loop {
        tick.tick().await;
        let database = database.clone();
        let _tried_again_in_a_minute = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
    }
}
