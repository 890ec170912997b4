use data_encoding::BASE64;

use super::{ConfigError, Secret, Variables};

/// `CURSOR_KEY`: 32 random bytes in base64. All functions with paginated lists share it.
#[derive(Debug, Clone)]
pub struct CursorConfig {
    /// The AES-256 key.
    pub key: Secret<[u8; 32]>,
}

impl CursorConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The key is missing or is not 32 bytes in base64.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let text = variables.required("CURSOR_KEY")?;
        let key = BASE64.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        let key = key.ok_or(ConfigError::Invalid { name: "CURSOR_KEY", expected: "32 bytes in base64" })?;
        Ok(Self { key: Secret::new(key) })
    }
}
