//! The Lambda function `admin-user-get`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(admin_user_get::router).await
}
