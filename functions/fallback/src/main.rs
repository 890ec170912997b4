//! The Lambda function `fallback`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(fallback::router).await
}
