//! The local stack's own secrets: made on the first run, kept, never overwritten. A lost key would sign everyone out and
//! break every cursor; a key in the repository would be everybody's.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

use crate::keys::NewSecrets;

/// The variables that hold secrets, in the order of the file.
const NAMES: [&str; 3] = ["JWT_PRIVATE_KEY", "JWT_PUBLIC_KEYS", "CURSOR_KEY"];

/// The secrets in the file at `path`, which is made when it does not exist.
pub(crate) fn load_or_create(path: &Path) -> Result<Vec<(String, String)>> {
    if !path.exists() {
        create(path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    NAMES.iter().map(|name| Ok((String::from(*name), find(&text, name, path)?))).collect()
}

/// Written aside, readable by its owner only, and then given its name, which must be free: a run that is cut short leaves
/// no half a file behind.
fn create(path: &Path) -> Result<()> {
    let NewSecrets { jwt_private_key, jwt_public_keys, cursor_key, .. } = NewSecrets::generate()?;
    let mut file = NamedTempFile::new_in(path.parent().context("no folder to write to")?)?;
    writeln!(file, "# Made by `make run`. Without this file, sessions and cursors of this stack are worth nothing.")?;
    for (name, value) in NAMES.iter().zip([jwt_private_key, jwt_public_keys, cursor_key]) {
        writeln!(file, "{name}='{value}'")?;
    }
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

fn find(text: &str, name: &str, path: &Path) -> Result<String> {
    let value = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
    let value = value.map(|value| value.trim_matches('\'')).filter(|value| !value.is_empty());
    value.map(String::from).with_context(|| format!("{} holds no {name}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn secrets_are_made_once_and_readable_by_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.env");
        let first = load_or_create(&path).unwrap();
        assert_eq!(first.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), NAMES);
        assert_eq!(load_or_create(&path).unwrap(), first);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn a_file_without_a_secret_is_refused_by_name_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.env");
        fs::write(&path, "JWT_PRIVATE_KEY='a'\nJWT_PUBLIC_KEYS=''\n").unwrap();
        let message = load_or_create(&path).unwrap_err().to_string();
        assert!(message.contains("JWT_PUBLIC_KEYS"), "{message}");
        assert!(fs::read_to_string(&path).unwrap().starts_with("JWT_PRIVATE_KEY='a'"));
    }
}
