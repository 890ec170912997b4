//! The Lambda function `admin-user-delete`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(admin_user_delete::router).await
}
