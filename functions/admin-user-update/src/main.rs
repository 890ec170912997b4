//! The Lambda function `admin-user-update`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(admin_user_update::router).await
}
