//! The Lambda function `auth-delete-account`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(auth_delete_account::router).await
}
