//! The Lambda function `$name`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run($crate::router).await
}
