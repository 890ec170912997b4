//! Password checks with account lockout, session revocation and account deletion.

mod deletion;
mod password_verifier;
mod session_revoker;

pub use deletion::{AccountDeletion, DeletionRequester};
pub use password_verifier::{PasswordVerifier, VerifiedCredential};
pub use session_revoker::SessionRevoker;
