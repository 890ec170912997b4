use data_encoding::BASE64;

use super::{ConfigError, Secret, Variables};

/// `PASSWORD_PEPPERS`: optional secrets that are part of every password hash but not stored in the
/// table, so that a copy of the table is not sufficient for guessing passwords. Each is
/// `id:base64`, newest first, separated by commas. New hashes use the first pepper; the others
/// verify older hashes.
#[derive(Debug, Clone, Default)]
pub struct PepperConfig {
    /// The peppers, newest first.
    pub peppers: Vec<(String, Secret<Vec<u8>>)>,
}

impl PepperConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// An entry is not `id:base64`, or a pepper has fewer than 16 bytes.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let list = variables.optional("PASSWORD_PEPPERS").unwrap_or_default();
        let peppers = list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(parse_pepper).collect();
        let expected = "id:base64 of at least 16 bytes, newest first, separated by commas";
        let invalid = ConfigError::Invalid { name: "PASSWORD_PEPPERS", expected };
        Option::map(peppers, |peppers| Self { peppers }).ok_or(invalid)
    }
}

fn parse_pepper(entry: &str) -> Option<(String, Secret<Vec<u8>>)> {
    let (id, secret) = entry.split_once(':')?;
    let secret = BASE64.decode(secret.as_bytes()).ok().filter(|secret| secret.len() >= 16)?;
    (!id.is_empty()).then(|| (id.to_owned(), Secret::new(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_pepper_comes_first() {
        let read = |text| PepperConfig::read(&Variables::from_iter([("PASSWORD_PEPPERS", text)]));
        let two = read("2:AAAAAAAAAAAAAAAAAAAAAA==, 1:AQEBAQEBAQEBAQEBAQEBAQ==").unwrap();
        assert_eq!(two.peppers.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["2", "1"]);
        assert!(read("").unwrap().peppers.is_empty());
        for bad in ["AAAAAAAAAAAAAAAAAAAAAA==", "1:short", ":AAAAAAAAAAAAAAAAAAAAAA==", "1:c2hvcnQ="] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
