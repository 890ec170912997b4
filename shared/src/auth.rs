//! Passwords and tokens. Decides; touches neither table nor network.

mod cursor_key;
mod password_hasher;
mod key_id;
mod password_hash;
mod refresh_token;
mod signer;
pub mod strength;
mod token;
mod verifier;

pub use cursor_key::CursorKey;
pub use password_hasher::{PasswordHasher, PasswordMatch};
pub use key_id::key_id;
pub use refresh_token::RefreshToken;
pub use signer::{BadPrivateKey, Signer};
pub use token::AccessToken;
pub use verifier::{BadPublicKey, Verifier};
