use http::{Uri, uri::Scheme};

/// An address of somebody else's service that may be used as it is: HTTPS, or clear text on this machine, and nothing but a
/// host and a path, to which ours are appended. A name before the host could make `http://localhost@example.com` of it.
pub(super) fn is_trusted(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else { return false };
    let is_here = matches!(authority.host(), "localhost" | "127.0.0.1");
    let is_plain = !authority.host().is_empty() && !address.contains(['@', '?', '#', '\\']);
    is_plain && (*scheme == Scheme::HTTPS || *scheme == Scheme::HTTP && is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_text_is_for_this_machine_only() {
        for good in [
            "https://example.com",
            "https://example.com/base/",
            "HTTPS://example.com:8443",
            "http://127.0.0.1:8080/base",
            "http://localhost",
        ] {
            assert!(is_trusted(good), "{good}");
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
            assert!(!is_trusted(bad), "{bad}");
        }
    }
}
