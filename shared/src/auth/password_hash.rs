//! Argon2id (RFC 9106) hashes as PHC strings, with the parameters of OWASP: 19 MiB, two passes, one
//! lane. <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::{Error, phc::PasswordHash},
};

use crate::domain::Password;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hash without a known password. Unknown accounts are compared with it, so that they take as
/// long as existing ones. A test checks that its parameters are those above.
pub(super) const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdC4uLg$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A secret that is part of every hash (RFC 9106 §3.1, "secret value K"). Empty without a pepper.
pub(super) type Pepper = [u8];

/// Hashes a password. Takes about 20 ms of CPU and 19 MiB.
pub(super) fn hash(password: &Password, salt: &[u8; 16], pepper: &Pepper) -> Result<String, Error> {
    let hash: PasswordHash = argon2(pepper)?.hash_password_with_salt(password.as_str().as_bytes(), salt)?;
    Ok(hash.to_string())
}

/// Compares a password with a PHC string, with the parameters in the string.
///
/// # Errors
/// The string is not a hash of [`hash`]: the stored credential is corrupt.
pub(super) fn verify(password: &Password, phc: &str, pepper: &Pepper) -> Result<bool, Error> {
    match argon2(pepper)?.verify_password(password.as_str().as_bytes(), phc) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(corrupt) => Err(corrupt),
    }
}

/// Returns `true` if the string has the current algorithm and parameters.
pub(super) fn is_current(phc: &str) -> bool {
    phc.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}

fn argon2(pepper: &Pepper) -> Result<Argon2<'_>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn a_hash_states_its_algorithm_and_parameters() {
        let phc = hash(&password("correct horse"), &[7; 16], b"").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    }

    #[test]
    fn only_the_right_password_matches() {
        let phc = hash(&password("correct horse"), &[7; 16], b"").unwrap();
        assert!(verify(&password("correct horse"), &phc, b"").unwrap());
        assert!(!verify(&password("correct horse "), &phc, b"").unwrap());
    }

    #[test]
    fn a_hash_does_not_match_without_its_pepper() {
        let phc = hash(&password("correct horse"), &[7; 16], b"pepper").unwrap();
        assert!(verify(&password("correct horse"), &phc, b"pepper").unwrap());
        assert!(!verify(&password("correct horse"), &phc, b"").unwrap());
        assert!(!verify(&password("correct horse"), &phc, b"another").unwrap());
    }

    #[test]
    fn a_hash_with_other_parameters_is_not_current() {
        assert!(is_current(&hash(&password("correct horse"), &[7; 16], b"").unwrap()));
        assert!(!is_current("$argon2id$v=19$m=9216,t=2,p=1$c2FsdHNhbHQ$aGFzaA"));
        assert!(!is_current("$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA"));
    }

    #[test]
    fn different_salts_produce_different_hashes() {
        let hash = |salt| hash(&password("correct horse"), &[salt; 16], b"").unwrap();
        assert_ne!(hash(1), hash(2));
    }

    #[test]
    fn the_dummy_hash_costs_as_much_as_a_real_one_and_matches_nothing() {
        let phc = hash(&password("correct horse"), &[7; 16], b"").unwrap();
        let parameters = |phc: &str| phc.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(parameters(DUMMY_HASH), parameters(&phc));
        assert_eq!(DUMMY_HASH.len(), phc.len());
        assert!(!verify(&password("correct horse"), DUMMY_HASH, b"").unwrap());
    }

    #[test]
    fn a_corrupt_hash_is_an_error_and_not_a_mismatch() {
        assert!(verify(&password("correct horse"), "$argon2id$broken", b"").is_err());
    }
}
