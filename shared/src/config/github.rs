use super::{ConfigError, Variables, address};

/// `GITHUB_API_URL`, by default the public API.
#[derive(Debug, Clone)]
pub struct GithubConfig {
    /// The API's root.
    pub url: String,
}

impl GithubConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The address is neither HTTPS nor on this machine.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.optional("GITHUB_API_URL").unwrap_or("https://api.github.com").to_owned();
        if address::is_trusted(&url) {
            Ok(Self { url })
        } else {
            Err(ConfigError::Invalid { name: "GITHUB_API_URL", expected: "an https:// address" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_text_is_for_this_machine_only() {
        let read = |url| GithubConfig::read(&Variables::from_iter([("GITHUB_API_URL", url)]));
        assert_eq!(read("").unwrap().url, "https://api.github.com");
        assert!(read("http://127.0.0.1:8080").is_ok());
        assert!(read("http://example.com").is_err());
        assert!(read("http://localhost.example.com").is_err());
    }
}
