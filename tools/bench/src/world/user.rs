//! A user, registered and signed in by the functions themselves.

use std::{
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{Backends, World, to_bytes};
use crate::instance::Instance;

/// A user with a session.
#[derive(Default)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) access_token: String,
    pub(super) refresh_token: String,
}

impl User {
    /// Registers a user, signs in, and stores this many items in the watchlist.
    pub(super) async fn register(world: &World, items: usize) -> Result<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let email = format!("viewer{}@example.com", NEXT.fetch_add(1, Ordering::Relaxed));
        call(world, "auth-register", &email).await?;
        let session = call(world, "auth-login", &email).await?;
        let text = |name: &str| anyhow::Ok(session[name].as_str().with_context(|| format!("no {name}"))?.to_owned());
        let access_token: String = text("access_token").context("the sign-in failed")?;
        let id = subject(&access_token)?;
        for number in 0..items {
            world.dynamo.put(&item(&id, number))?;
        }
        Ok(Self { id, email, access_token, refresh_token: text("refresh_token").unwrap_or_default() })
    }
}

/// Invokes a function of the debug build with its example event and returns the response's body.
async fn call(world: &World, function: &str, email: &str) -> Result<Value> {
    let command = Command::new(world.target.join("debug").join(function));
    let mut instance = Instance::start(command, &world.variables(function, 1769, Backends::Connected)).await?;
    let mut event = world.event(function)?;
    let body = json!({ "email": email, "password": "correct horse battery staple" }).to_string();
    event["body"] = json!(body);
    event["headers"]["content-length"] = json!(body.len().to_string());
    let response = instance.invoke(&to_bytes(&event)).await?.json()?;
    Ok(serde_json::from_str(response["body"].as_str().unwrap_or_default())?)
}

/// Returns the claim `sub` of an access token.
fn subject(token: &str) -> Result<String> {
    let claims = token.split('.').nth(1).context("an access token has three parts")?;
    let claims: Value = serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes())?)?;
    Ok(claims["sub"].as_str().context("no subject")?.to_owned())
}

/// Returns an item as `watchlist-add` stores it: `tests/fixtures/items/watchlist-item`.
fn item(user: &str, number: usize) -> Value {
    let id = format!("019ca945-0ab2-7000-b007-{number:012x}");
    let at = "2026-03-01T12:00:00.178Z";
    json!({
        "pk": { "S": format!("USER#{user}#WATCHLIST") },
        "sk": { "S": format!("ITEM#{id}") },
        "title": { "S": format!("Movie {number}") },
        "type": { "S": "movie" },
        "type_id": { "S": format!("movie#{id}") },
        "created_at": { "S": at },
        "updated_at": { "S": at },
        "version": { "N": "1" },
        "write_id": { "S": id },
    })
}
