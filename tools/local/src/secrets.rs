//! The local stack's own secrets: made on the first run, kept, never overwritten. A lost key would sign everyone out and
//! break every cursor; a key in the repository would be everybody's.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result};

use crate::keys::NewSecrets;

/// The variables that hold secrets, in the order of the file.
const NAMES: [&str; 3] = ["JWT_PRIVATE_KEY", "JWT_PUBLIC_KEYS", "CURSOR_KEY"];

/// The secrets in the file at `path`, which is made when it does not exist.
pub(crate) fn load_or_create(path: &Path) -> Result<Vec<(String, String)>> {
    if !path.exists() {
        create(path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    NAMES
        .iter()
        .map(|name| Ok((String::from(*name), find(&text, name, path)?)))
        .collect()
}

/// Written aside and then given its name, so that a run that is cut short leaves no half a file behind. The name is
/// given with a hard link, which refuses to replace a file.
fn create(path: &Path) -> Result<()> {
    let NewSecrets {
        jwt_private_key,
        jwt_public_keys,
        cursor_key,
    } = NewSecrets::generate()?;
    let aside = path.with_extension("new");
    if aside.exists() {
        fs::remove_file(&aside)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)?;
    writeln!(
        file,
        "# Made by `make run`. Without this file, sessions and cursors of this stack are worth nothing."
    )?;
    for (name, value) in NAMES.iter().zip([jwt_private_key, jwt_public_keys, cursor_key]) {
        writeln!(file, "{name}='{value}'")?;
    }
    file.sync_all()?;
    fs::hard_link(&aside, path)?;
    Ok(fs::remove_file(&aside)?)
}

fn find(text: &str, name: &str, path: &Path) -> Result<String> {
    let value = text
        .lines()
        .find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
    let value = value
        .map(|value| value.trim_matches('\''))
        .filter(|value| !value.is_empty());
    value
        .map(String::from)
        .with_context(|| format!("{} holds no {name}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::{env, os::unix::fs::PermissionsExt, process};

    use super::*;

    /// A path of its own for each test, removed at its end.
    struct Scratch(std::path::PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = env::temp_dir().join(format!("local-{name}-{}", process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn secrets_are_made_once_and_readable_by_their_owner_only() {
        let scratch = Scratch::new("once");
        let path = scratch.0.join("secrets.env");
        let first = load_or_create(&path).unwrap();
        assert_eq!(first.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), NAMES);
        assert_eq!(load_or_create(&path).unwrap(), first);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&scratch.0).unwrap().count(), 1);
    }

    #[test]
    fn a_file_without_a_secret_is_refused_by_name_and_left_alone() {
        let scratch = Scratch::new("missing");
        let path = scratch.0.join("secrets.env");
        fs::write(&path, "JWT_PRIVATE_KEY='a'\nJWT_PUBLIC_KEYS=''\n").unwrap();
        let message = load_or_create(&path).unwrap_err().to_string();
        assert!(message.contains("JWT_PUBLIC_KEYS"), "{message}");
        assert!(fs::read_to_string(&path).unwrap().starts_with("JWT_PRIVATE_KEY='a'"));
    }
}
