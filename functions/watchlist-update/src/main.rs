//! The Lambda function `watchlist-update`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(watchlist_update::router).await
}
