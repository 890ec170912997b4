//! Passwords, access tokens, refresh tokens and cursors. No I/O.

mod cursor_key;
mod key_id;
mod password_hash;
mod password_hasher;
mod refresh_token;
mod signer;
pub mod strength;
mod token;
mod verified_tokens;
mod verifier;

pub use cursor_key::CursorKey;
pub use key_id::key_id;
pub use password_hasher::{PasswordHasher, PasswordMatch};
pub use refresh_token::RefreshToken;
pub use signer::{BadPrivateKey, Signer};
pub use token::AccessToken;
pub use verifier::{BadPublicKey, Verifier};
