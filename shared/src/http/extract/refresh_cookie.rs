//! The refresh token of a browser: a cookie that no script can read, so that a script that should not be there cannot take the
//! session with it. It goes to `/v1/auth` alone, and with requests from our own pages alone (`SameSite=Strict`).
//! <https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html>

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use cookie::{Cookie, CookieBuilder, SameSite, time::Duration};
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};

use crate::auth::RefreshToken;

const NAME: &str = "refresh_token";
const PATH: &str = "/v1/auth";

/// What the request says of the cookie, and how the answer says what to keep in it.
#[derive(Debug, Clone)]
pub struct RefreshCookie {
    presented: Option<String>,
    secure: bool,
}

impl RefreshCookie {
    /// What is in it, if there is one.
    #[must_use]
    pub fn presented(&self) -> Option<&str> {
        self.presented.as_deref()
    }

    /// The header that has the browser keep this token for so many seconds.
    #[must_use]
    pub fn keep(&self, token: &RefreshToken, seconds: i64) -> Option<(HeaderName, HeaderValue)> {
        line(self.cookie(token.expose()).max_age(Duration::seconds(seconds)))
    }

    /// The header that has the browser forget what it keeps, if it keeps something.
    #[must_use]
    pub fn forget(&self) -> Option<(HeaderName, HeaderValue)> {
        self.presented.as_ref().and_then(|_| line(self.cookie(String::new()).max_age(Duration::ZERO)))
    }

    fn cookie(&self, value: String) -> CookieBuilder<'static> {
        Cookie::build((NAME, value)).path(PATH).http_only(true).same_site(SameSite::Strict).secure(self.secure)
    }
}

fn line(cookie: CookieBuilder<'static>) -> Option<(HeaderName, HeaderValue)> {
    let mut value = HeaderValue::try_from(cookie.build().to_string()).ok()?;
    value.set_sensitive(true);
    Some((header::SET_COOKIE, value))
}

impl<S: Send + Sync> FromRequestParts<S> for RefreshCookie {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self { presented: presented(&parts.headers), secure: !is_this_machine(&parts.headers) })
    }
}

fn presented(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == NAME).map(|cookie| cookie.value().to_owned())
}

/// What goes to a developer's own machine crosses no network and has no TLS, without which some browsers keep no `Secure` cookie.
fn is_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let found = |line| presented(&headers(&[(header::COOKIE, line)]));
        assert_eq!(found("a=1; refresh_token=abc; b=2").as_deref(), Some("abc"));
        assert_eq!(found("a=1; xrefresh_token=abc; refresh_token"), None);
        let two_lines = headers(&[(header::COOKIE, "a=1"), (header::COOKIE, "refresh_token=abc")]);
        assert_eq!(presented(&two_lines).as_deref(), Some("abc"));
    }

    #[test]
    fn only_on_this_machine_it_may_go_without_tls() {
        let local = |host| is_this_machine(&headers(&[(header::HOST, host)]));
        for host in ["127.0.0.1:9000", "localhost:9000", "localhost", "[::1]:9000"] {
            assert!(local(host), "{host}");
        }
        for host in ["api.example.com", "127.0.0.1.example.com", "localhost.example.com:9000", "", "10.0.0.1"] {
            assert!(!local(host), "{host}");
        }
    }
}
