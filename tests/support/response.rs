use std::io::Read;

use axum::response::Response;
use flate2::read::GzDecoder;
use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

/// A response of the API. Reading it checks what all responses have in common.
#[derive(Debug, Clone)]
pub(crate) struct TestResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl TestResponse {
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Self::checked(parts.status, parts.headers, &body)
    }

    pub(crate) fn checked(status: StatusCode, headers: HeaderMap, body: &[u8]) -> Self {
        let body = if headers.contains_key(header::CONTENT_ENCODING) { &gunzip(body) } else { body };
        let text = String::from_utf8_lossy(body);
        let is_text = headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/"));
        let body = match body {
            b"" => Value::Null,
            _ if is_text => Value::from(text.into_owned()),
            body => serde_json::from_slice(body).unwrap_or_else(|_| panic!("{status}, not JSON: {text}")),
        };
        let response = Self { status, headers, body };
        response.check_headers();
        if status.is_client_error() || status.is_server_error() {
            response.check_problem();
        }
        if response.headers.contains_key("x-ratelimit-limit") {
            response.check_rate_limit();
        }
        response
    }

    /// Asserts the status and returns the body.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        &self.body
    }

    /// Asserts the status and code of an error and returns the body.
    #[track_caller]
    pub(crate) fn expect_problem(&self, status: u16, code: &str) -> &Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{:#}", self.body);
        &self.body
    }

    /// Asserts a 422 and returns the field and code of each error, in order.
    #[track_caller]
    pub(crate) fn field_errors(&self) -> Vec<(&str, &str)> {
        let problem = self.expect_problem(422, "VALIDATION_ERROR");
        let faults = problem["errors"].as_array().unwrap().iter();
        faults.map(|fault| (fault["field"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect()
    }

    /// Returns a header's value, or an empty string when it is absent.
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn check_headers(&self) {
        assert!(!self.header("x-request-id").is_empty(), "no request id: {:?}", self.headers);
        assert_eq!(self.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        // The public keys and the console's files are publicly cacheable, and a list by its user.
        // No other response is.
        let cacheable = match self.header(header::CACHE_CONTROL) {
            "no-store" => "",
            "private, no-cache" => "list",
            "no-cache" | "public, max-age=31536000, immutable" => "file",
            _ => "keys",
        };
        let (is_list, is_keys) = (self.headers.contains_key("x-cache"), !self.body["keys"].is_null());
        let mut varies = self.headers.get_all(header::VARY).iter().filter_map(|value| value.to_str().ok());
        // Lambda joins all lines of a header.
        let is_file = varies.any(|value| value.contains("accept-encoding"));
        let kinds = [(is_list, "list"), (is_keys, "keys"), (is_file, "file")];
        assert_eq!(cacheable, kinds.iter().find(|(is_kind, _)| *is_kind).map_or("", |(_, kind)| kind));
        if !is_file {
            assert_eq!(self.header(header::CONTENT_SECURITY_POLICY), "default-src 'none'; frame-ancestors 'none'");
        }
        assert!(self.header(header::STRICT_TRANSPORT_SECURITY).starts_with("max-age="));
    }

    /// Checks the shape of an error: RFC 9457, with the members that clients read.
    fn check_problem(&self) {
        let problem = &self.body;
        let text = |name: &str| problem[name].as_str().unwrap_or_else(|| panic!("no {name}: {problem:#}")).to_owned();
        let (code, message) = (text("code"), text("message"));
        assert!(!message.is_empty());
        assert_eq!(text("request_id"), self.header("x-request-id"));
        for internal in ["panicked", "src/", "dynamodb", "ResourceNotFound", "Exception", "serde", "redis", "pk", "sk"]
        {
            assert!(!message.contains(internal), "an error contains internal details: {message}");
        }
        // Only the health report has a `status` that is not the HTTP status:
        // docs/adr/0003-detailed-health-503-body.md
        if problem["dependencies"].is_null() {
            assert_eq!(self.header(header::CONTENT_TYPE), "application/problem+json");
            assert_eq!(problem["status"], self.status.as_u16());
            assert_eq!(text("type"), "about:blank");
            assert!(!text("title").is_empty());
        }
        let expected = match self.status.as_u16() {
            400 => "BAD_REQUEST",
            401 => "UNAUTHORIZED",
            403 => "FORBIDDEN",
            404 => "NOT_FOUND",
            405 => "METHOD_NOT_ALLOWED",
            409 => "CONFLICT",
            412 => "PRECONDITION_FAILED",
            413 => "PAYLOAD_TOO_LARGE",
            415 => "UNSUPPORTED_MEDIA_TYPE",
            422 => "VALIDATION_ERROR",
            429 => "RATE_LIMITED",
            500 => "INTERNAL",
            502 => "UPSTREAM_ERROR",
            503 => "UNAVAILABLE",
            504 => "UPSTREAM_TIMEOUT",
            other => panic!("an error with status {other}: {problem:#}"),
        };
        assert_eq!(code, expected);
        assert_eq!(self.status == 401, self.header(header::WWW_AUTHENTICATE) == "Bearer");
        assert_eq!(self.status == 405, self.headers.contains_key(header::ALLOW));
        assert_eq!(self.status == 422, !problem["errors"].is_null());
        assert_eq!([429, 503].contains(&self.status.as_u16()), !self.header(header::RETRY_AFTER).is_empty());
        assert!(
            self.status != 429 || self.headers.contains_key("x-ratelimit-limit"),
            "a 429 without rate limit headers"
        );
    }

    /// Checks that both kinds of rate limit headers agree.
    fn check_rate_limit(&self) {
        let (limit, remaining) = (self.number("x-ratelimit-limit"), self.number("x-ratelimit-remaining"));
        let policy = self.header("ratelimit-policy");
        let name = policy.split(';').next().unwrap();
        assert!(name.len() > 2 && name.starts_with('"') && name.ends_with('"'), "{policy}");
        assert_eq!(policy, format!("{name};q={limit};w=60"));
        let seconds: u64 = self.header("ratelimit").rsplit("t=").next().unwrap().parse().unwrap();
        assert_eq!(self.header("ratelimit"), format!("{name};r={remaining};t={seconds}"));
        assert!(remaining < limit && seconds <= 61 && self.number("x-ratelimit-reset") > 1_700_000_000);
        if self.status == 429 {
            assert!(remaining == 0 && seconds > 0 && self.header(header::RETRY_AFTER) == seconds.to_string());
        }
    }

    /// Returns a header's numeric value.
    pub(crate) fn number(&self, name: &str) -> u64 {
        self.header(name).parse().unwrap_or_else(|_| panic!("{name}: {:?}", self.headers))
    }
}

fn gunzip(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(body).read_to_end(&mut plain).unwrap();
    plain
}
