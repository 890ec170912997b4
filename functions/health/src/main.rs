//! The Lambda function `health`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(health::router).await
}
