//! The Lambda function `favorites-remove`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(favorites_remove::router).await
}
