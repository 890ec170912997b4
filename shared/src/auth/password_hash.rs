//! Argon2id (RFC 9106) hashes as PHC strings, with the parameters of OWASP: 19 MiB, two passes, one
//! lane. <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        Error,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};

use crate::domain::Password;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A stored hash that states more memory than this is corrupt.
const MAX_MEMORY_KIB: usize = 65_536;

/// A hash without a known password. Unknown accounts are compared with it, so that they take as
/// long as existing ones. A test checks that its parameters are those above.
pub(super) const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdC4uLg$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A secret that is part of every hash (RFC 9106 §3.1, "secret value K"). Empty without a pepper.
pub(super) type Pepper = [u8];

/// The working memory of a hash: 19 MiB, allocated by the first hash and reused by later ones.
///
/// Memory that is allocated for each hash costs page faults, and the allocator retains a copy of it
/// for each thread.
///
/// The memory is not wiped, which would take 2 ms. It holds values derived from the last password
/// until the next hash, which overwrites all of them before it reads them. Freed memory would hold
/// them as well, and an attacker who can read it can also read the peppers and the next passwords.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

impl Memory {
    /// Returns at least this many blocks of 1 KiB, of any content. A stored hash with larger
    /// parameters makes the memory grow.
    fn blocks(&mut self, count: usize) -> Result<&mut [Block], Error> {
        if count > MAX_MEMORY_KIB {
            return Err(Error::ParamInvalid { name: "m" });
        }
        if self.0.len() < count {
            self.0.reserve_exact(count - self.0.len());
            self.0.resize(count, Block::new());
        }
        Ok(&mut self.0)
    }

    /// Returns `true` if the memory is not larger than [`hash`] requires. Larger memory should not
    /// be retained.
    pub(super) fn has_usual_size(&self) -> bool {
        self.0.len() <= MEMORY_KIB as usize
    }
}

/// Hashes a password. Takes about 15 ms of CPU.
pub(super) fn hash(
    password: &Password,
    salt: &[u8; 16],
    pepper: &Pepper,
    memory: &mut Memory,
) -> Result<String, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params)?,
        salt: Some(Salt::new(salt)?),
        hash: None,
    };
    let argon2 = Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)?;
    let output = output(&argon2, password, salt, memory)?;
    Ok(PasswordHash { hash: Some(output), ..hash }.to_string())
}

/// Compares a password with a PHC string, with the parameters in the string and in constant time.
///
/// # Errors
/// The string is not a hash of [`hash`]: the stored credential is corrupt.
pub(super) fn verify(password: &Password, phc: &str, pepper: &Pepper, memory: &mut Memory) -> Result<bool, Error> {
    let stored = PasswordHash::new(phc)?;
    let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else { return Err(Error::SaltInvalid) };
    let algorithm = Algorithm::try_from(stored.algorithm.as_str())?;
    let version = stored.version.map(Version::try_from).transpose()?.unwrap_or_default();
    let argon2 = Argon2::new_with_secret(pepper, algorithm, version, Params::try_from(&stored)?)?;
    // The comparison of `Output` takes constant time.
    Ok(output(&argon2, password, salt, memory)? == *expected)
}

fn output(argon2: &Argon2<'_>, password: &Password, salt: &[u8], memory: &mut Memory) -> Result<Output, Error> {
    let params = argon2.params();
    let mut buffer = [0; Output::MAX_LENGTH];
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let output = buffer.get_mut(..length).ok_or(Error::OutputSize)?;
    let blocks = memory.blocks(params.block_count())?;
    argon2.hash_password_into_with_memory(password.as_str().as_bytes(), salt, output, blocks)?;
    Ok(Output::new(output)?)
}

/// Returns `true` if the string has the current algorithm and parameters.
pub(super) fn is_current(phc: &str) -> bool {
    phc.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    fn hash(password: &Password, salt: &[u8; 16], pepper: &Pepper) -> Result<String, Error> {
        super::hash(password, salt, pepper, &mut Memory::default())
    }

    fn verify(password: &Password, phc: &str, pepper: &Pepper) -> Result<bool, Error> {
        super::verify(password, phc, pepper, &mut Memory::default())
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
        for corrupt in [
            "$argon2id$broken",
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdC4uLg",
            "$argon2id$v=19$m=4294967295,t=2,p=1$bm9ib2R5J3Mgc2FsdC4uLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(verify(&password("correct horse"), corrupt, b"").is_err(), "{corrupt}");
        }
    }

    #[test]
    fn used_memory_does_not_change_a_hash() {
        let mut memory = Memory::default();
        let fresh = hash(&password("correct horse"), &[7; 16], b"pepper").unwrap();
        super::hash(&password("another horse"), &[8; 16], b"", &mut memory).unwrap();
        let block = memory.0.as_ptr();
        assert_eq!(super::hash(&password("correct horse"), &[7; 16], b"pepper", &mut memory).unwrap(), fresh);
        assert!(super::verify(&password("correct horse"), &fresh, b"pepper", &mut memory).unwrap());
        assert_eq!(memory.0.as_ptr(), block, "the memory is reused");
    }

    /// Computed by the reference implementation, through argon2-cffi 25.1.0.
    #[test]
    fn hashes_with_other_parameters_match_and_take_the_memory_that_they_state() {
        let mut memory = Memory::default();
        for (phc, kib) in [
            ("$argon2id$v=19$m=64,t=3,p=2$c2l4dGVlbiBieXRlcy4uLg$QkvAlT3dAWw2lO5avw1WoU0qVdJbvh6xgD0urwaG+gw", 64),
            (
                "$argon2id$v=19$m=20480,t=1,p=1$c2l4dGVlbiBieXRlcy4uLg$d5waFKBl1hfrcsvw1ISXu9j80FEG+X7cCYnYKOUkRvY",
                20_480,
            ),
        ] {
            assert!(super::verify(&password("correct horse"), phc, b"", &mut memory).unwrap(), "{phc}");
            assert!(!super::verify(&password("wrong horse"), phc, b"", &mut memory).unwrap(), "{phc}");
            assert_eq!((memory.0.len(), memory.has_usual_size()), (kib, kib <= MEMORY_KIB as usize));
        }
        let phc = hash(&password("correct horse"), &[7; 16], b"").unwrap();
        assert!(super::verify(&password("correct horse"), &phc, b"", &mut memory).unwrap());
    }
}
