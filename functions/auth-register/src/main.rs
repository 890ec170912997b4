//! The Lambda function `auth-register`; see `lib.rs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::boot::RunError> {
    shared::boot::run(auth_register::router).await
}
