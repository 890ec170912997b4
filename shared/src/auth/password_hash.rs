//! Argon2id (RFC 9106) in PHC string form, with OWASP's parameters: 19 MiB, two passes, one lane.
//! <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::{Error, phc::PasswordHash},
};

use crate::domain::Password;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What an unknown account is compared with, so that it costs what a known one costs. No password is known for it, and
/// its parameters are those above: a test holds them together.
pub(super) const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdC4uLg$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes a password; about 20 ms of CPU and 19 MiB.
pub(super) fn hash(password: &Password, salt: &[u8; 16]) -> Result<String, Error> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, LANES, None)?);
    let hash: PasswordHash = argon2.hash_password_with_salt(password.as_str().as_bytes(), salt)?;
    Ok(hash.to_string())
}

/// Compares a password with a PHC string, using the parameters that stand in the string.
///
/// # Errors
/// The string is not one that [`hash`] made: a stored credential is broken.
pub(super) fn verify(password: &Password, phc: &str) -> Result<bool, Error> {
    match Argon2::default().verify_password(password.as_str().as_bytes(), phc) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(broken) => Err(broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn a_hash_states_its_algorithm_and_parameters() {
        let phc = hash(&password("correct horse"), &[7; 16]).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    }

    #[test]
    fn only_the_right_password_matches() {
        let phc = hash(&password("correct horse"), &[7; 16]).unwrap();
        assert!(verify(&password("correct horse"), &phc).unwrap());
        assert!(!verify(&password("correct horse "), &phc).unwrap());
    }

    #[test]
    fn two_salts_give_two_hashes() {
        let hash = |salt| hash(&password("correct horse"), &[salt; 16]).unwrap();
        assert_ne!(hash(1), hash(2));
    }

    #[test]
    fn nobody_costs_what_everybody_costs_and_matches_nothing() {
        let phc = hash(&password("correct horse"), &[7; 16]).unwrap();
        let parameters = |phc: &str| phc.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(parameters(NOBODY), parameters(&phc));
        assert_eq!(NOBODY.len(), phc.len());
        assert!(!verify(&password("correct horse"), NOBODY).unwrap());
    }

    #[test]
    fn a_broken_hash_is_an_error_and_not_a_mismatch() {
        assert!(verify(&password("correct horse"), "$argon2id$broken").is_err());
    }
}
