//! The Lambda function `catalog-refresh`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run_invoked(catalog_refresh::queue).await
}
