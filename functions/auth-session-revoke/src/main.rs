//! The Lambda function `auth-session-revoke`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(auth_session_revoke::router).await
}
