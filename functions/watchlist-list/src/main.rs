//! The Lambda function `watchlist-list`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(watchlist_list::router).await
}
