use http::{Uri, uri::Scheme};

/// Returns `true` if a URL is a valid base URL of an upstream service: HTTPS, or HTTP on this
/// machine, with a host and an optional path only. Credentials are not allowed, because
/// `http://localhost@example.com` would look local.
pub(super) fn is_valid_base_url(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else { return false };
    let is_local = matches!(authority.host(), "localhost" | "127.0.0.1");
    let has_only_host_and_path = !authority.host().is_empty() && !url.contains(['@', '?', '#', '\\']);
    has_only_host_and_path && (*scheme == Scheme::HTTPS || *scheme == Scheme::HTTP && is_local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_allowed_on_this_machine_only() {
        for good in [
            "https://example.com",
            "https://example.com/base/",
            "HTTPS://example.com:8443",
            "http://127.0.0.1:8080/base",
            "http://localhost",
        ] {
            assert!(is_valid_base_url(good), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "/path",
            "ftp://localhost",
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com:80",
            "http://127.0.0.1:80@example.com/",
            "http://localhost\\@example.com",
            "https://user:password@example.com",
            "https://example.com?page=1",
            "https://example.com/#top",
            "https://",
            "https:///path",
            "https://exam ple.com",
        ] {
            assert!(!is_valid_base_url(bad), "{bad}");
        }
    }
}
