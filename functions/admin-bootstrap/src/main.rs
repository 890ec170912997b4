//! The Lambda function `admin-bootstrap`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run_invoked(admin_bootstrap::bootstrap).await
}
