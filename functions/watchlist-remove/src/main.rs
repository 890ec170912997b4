//! The Lambda function `watchlist-remove`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(watchlist_remove::router).await
}
