//! The Lambda function `catalog-worker`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run_invoked(catalog_worker::refresh).await
}
