//! The refresh token of a browser: a cookie that scripts cannot read, so that an injected script
//! cannot steal the session. The browser sends it to `/v1/auth` only, and only from pages of the
//! same site (`SameSite=Strict`).
//! <https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html>

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use cookie::{Cookie, CookieBuilder, SameSite, time::Duration};
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{auth::RefreshToken, http::schema};

const NAME: &str = "refresh_token";
const PATH: &str = "/v1/auth";

/// The request's refresh cookie, and the `Set-Cookie` headers of the response.
#[derive(Debug, Clone)]
pub struct RefreshCookie {
    token: Option<String>,
    secure: bool,
}

impl RefreshCookie {
    /// The cookie's value, if the request has the cookie.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Returns the header that stores this token in the browser for this many seconds.
    #[must_use]
    pub fn set(&self, token: &RefreshToken, seconds: i64) -> Option<(HeaderName, HeaderValue)> {
        set_cookie(self.cookie(token.expose()).max_age(Duration::seconds(seconds)))
    }

    /// Returns the header that removes the cookie from the browser; `None` when the request has
    /// none.
    #[must_use]
    pub fn clear(&self) -> Option<(HeaderName, HeaderValue)> {
        self.token.as_ref().and_then(|_| set_cookie(self.cookie(String::new()).max_age(Duration::ZERO)))
    }

    fn cookie(&self, value: String) -> CookieBuilder<'static> {
        Cookie::build((NAME, value)).path(PATH).http_only(true).same_site(SameSite::Strict).secure(self.secure)
    }
}

fn set_cookie(cookie: CookieBuilder<'static>) -> Option<(HeaderName, HeaderValue)> {
    let mut value = HeaderValue::try_from(cookie.build().to_string()).ok()?;
    value.set_sensitive(true);
    Some((header::SET_COOKIE, value))
}

impl<S: Send + Sync> FromRequestParts<S> for RefreshCookie {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self { token: cookie_value(&parts.headers), secure: !is_loopback(&parts.headers) })
    }
}

impl IntoParams for RefreshCookie {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The refresh token of a browser that signed in with `refresh_cookie`.";
        vec![schema::optional_parameter(ParameterIn::Cookie, "refresh_token", description, schema::string())]
    }
}

fn cookie_value(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == NAME).map(|cookie| cookie.value().to_owned())
}

/// Returns `true` if the request is to a developer's own machine. Such a request crosses no network
/// and has no TLS, without which some browsers reject a `Secure` cookie.
fn is_loopback(headers: &HeaderMap) -> bool {
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
        let found = |line| cookie_value(&headers(&[(header::COOKIE, line)]));
        assert_eq!(found("a=1; refresh_token=abc; b=2").as_deref(), Some("abc"));
        assert_eq!(found("a=1; xrefresh_token=abc; refresh_token"), None);
        let two_lines = headers(&[(header::COOKIE, "a=1"), (header::COOKIE, "refresh_token=abc")]);
        assert_eq!(cookie_value(&two_lines).as_deref(), Some("abc"));
    }

    #[test]
    fn only_a_loopback_host_may_be_used_without_tls() {
        let local = |host| is_loopback(&headers(&[(header::HOST, host)]));
        for host in ["127.0.0.1:9000", "localhost:9000", "localhost", "[::1]:9000"] {
            assert!(local(host), "{host}");
        }
        for host in ["api.example.com", "127.0.0.1.example.com", "localhost.example.com:9000", "", "10.0.0.1"] {
            assert!(!local(host), "{host}");
        }
    }
}
