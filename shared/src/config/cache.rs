use std::time::Duration;

use http::Uri;

use super::{ConfigError, Variables};

/// The address and the timeouts of Redis.
#[derive(Clone)]
pub struct RedisConfig {
    /// `REDIS_URL`, such as `rediss://user:password@host:6379/`; `None` when no Redis is deployed.
    /// It may contain a password, so this type is not `Debug`.
    pub url: Option<String>,
    /// `REDIS_CA_CERTIFICATE`: the PEM certificate of a private certificate authority. `None` for
    /// the public authorities.
    pub ca_certificate: Option<String>,
    /// The timeout for connecting, including TLS and authentication.
    pub connect_timeout: Duration,
    /// The timeout for a response.
    pub response_timeout: Duration,
}

impl RedisConfig {
    /// Within a VPC, connecting takes a few milliseconds.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_millis(200);
    /// Redis responds within a millisecond. Waiting longer than this costs more than a request
    /// without Redis.
    pub const RESPONSE_TIMEOUT: Duration = Duration::from_millis(30);

    /// Reads the configuration.
    ///
    /// # Errors
    /// The URL does not start with `redis://` or `rediss://`.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.optional("REDIS_URL").map(str::to_owned);
        if url.as_ref().is_some_and(|url| !url.starts_with("redis://") && !url.starts_with("rediss://")) {
            return Err(ConfigError::Invalid { name: "REDIS_URL", expected: "a URL such as redis://host:6379/" });
        }
        let ca_certificate = variables.optional("REDIS_CA_CERTIFICATE").map(str::to_owned);
        Ok(Self {
            url,
            ca_certificate,
            connect_timeout: Self::CONNECT_TIMEOUT,
            response_timeout: Self::RESPONSE_TIMEOUT,
        })
    }
}

/// Authentication with IAM at an `ElastiCache` Serverless cache, instead of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisIamConfig {
    /// `REDIS_IAM_CACHE`: the name of the cache. Tokens name it instead of its host.
    pub cache: String,
    /// The user in `REDIS_URL`.
    pub user: String,
}

impl RedisIamConfig {
    /// Reads the configuration. Returns `None` when `REDIS_IAM_CACHE` or `REDIS_URL` is not set.
    ///
    /// # Errors
    /// The name of the cache or the user has other characters than `ElastiCache` allows. Or
    /// `REDIS_URL` has no user, has a password, or would send the token without TLS to another
    /// machine.
    pub fn read(variables: &Variables) -> Result<Option<Self>, ConfigError> {
        // Functions without Redis have an empty URL, and the name of the cache like all others.
        let (Some(cache), Some(url)) = (variables.optional("REDIS_IAM_CACHE"), variables.optional("REDIS_URL")) else {
            return Ok(None);
        };
        let name = "REDIS_IAM_CACHE";
        if !is_elasticache_name(cache) {
            return Err(ConfigError::Invalid { name, expected: "the name of a serverless cache" });
        }
        let user = user_without_password(url);
        let expected = "empty, or REDIS_URL must be rediss://user@host:6379/ without a password";
        let user = user.ok_or(ConfigError::Invalid { name, expected })?;
        Ok(Some(Self { cache: cache.to_owned(), user }))
    }
}

/// Returns the user of a URL that a token may be sent to.
fn user_without_password(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let (user, _) = uri.authority()?.as_str().rsplit_once('@')?;
    let is_local = matches!(uri.host()?, "localhost" | "127.0.0.1");
    let may_send_token = uri.scheme_str() == Some("rediss") || is_local;
    (may_send_token && is_elasticache_name(user)).then(|| user.to_owned())
}

/// Returns `true` for a name of lower-case letters, digits and hyphens, which needs no encoding in
/// a URL. `ElastiCache` stores the names of IAM users and caches in lower case, and signatures are
/// case-sensitive.
fn is_elasticache_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cache: &str, url: &str) -> Result<Option<RedisIamConfig>, ConfigError> {
        RedisIamConfig::read(&Variables::from_iter([("REDIS_IAM_CACHE", cache), ("REDIS_URL", url)]))
    }

    #[test]
    fn without_a_cache_name_or_a_url_there_is_no_token() {
        assert_eq!(read("", "rediss://app:secret@redis.example.com:6379/"), Ok(None));
        assert_eq!(read("prod", ""), Ok(None));
    }

    #[test]
    fn a_cache_name_requires_a_user_without_a_password_and_tls() {
        let expected = RedisIamConfig { cache: "prod-1".to_owned(), user: "prod-1-iam".to_owned() };
        assert_eq!(read("prod-1", "rediss://prod-1-iam@redis.example.com:6379/"), Ok(Some(expected.clone())));
        assert_eq!(read("prod-1", "redis://prod-1-iam@127.0.0.1:6379/"), Ok(Some(expected)));
        for (cache, url) in [
            ("prod", "rediss://redis.example.com:6379/"),
            ("prod", "rediss://app:secret@redis.example.com:6379/"),
            ("prod", "rediss://App@redis.example.com:6379/"),
            ("prod", "redis://app@redis.example.com:6379/"),
            ("Prod", "rediss://app@redis.example.com:6379/"),
            ("prod/", "rediss://app@redis.example.com:6379/"),
        ] {
            let error = read(cache, url).unwrap_err();
            assert!(matches!(error, ConfigError::Invalid { name: "REDIS_IAM_CACHE", .. }), "{cache} {url}");
        }
    }
}
