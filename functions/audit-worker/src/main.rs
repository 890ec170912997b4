//! The Lambda function `audit-worker`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run_invoked(audit_worker::store).await
}
