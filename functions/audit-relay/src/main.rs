//! The Lambda function `audit-relay`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run_invoked(audit_relay::drain).await
}
