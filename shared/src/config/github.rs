use super::{ConfigError, Variables, url::is_valid_base_url};

/// `GITHUB_API_URL`: the URL of GitHub's API. The default is the public one.
#[derive(Debug, Clone)]
pub struct GithubConfig {
    /// The URL of the API's root.
    pub url: String,
}

impl GithubConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The URL is neither HTTPS nor on the local machine.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.optional("GITHUB_API_URL").unwrap_or("https://api.github.com").to_owned();
        if is_valid_base_url(&url) {
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
    fn plain_http_is_allowed_for_the_local_machine_only() {
        let read = |url| GithubConfig::read(&Variables::from_iter([("GITHUB_API_URL", url)]));
        assert_eq!(read("").unwrap().url, "https://api.github.com");
        assert!(read("http://127.0.0.1:8080").is_ok());
        assert!(read("http://example.com").is_err());
        assert!(read("http://localhost.example.com").is_err());
    }
}
