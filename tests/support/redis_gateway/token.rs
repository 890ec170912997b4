//! An independent implementation of the tokens, after
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use std::fmt::Write;

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac::{HMAC_SHA256, Key, sign},
};
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

const VALIDITY_SECONDS: i64 = 900;

/// A cache with one user, and the credentials that may connect to it.
pub(super) struct Account {
    pub(super) cache: String,
    pub(super) user: String,
    region: String,
    access_key: String,
    secret_key: String,
    session_token: Option<String>,
}

/// The reason for which a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// There is no user with a token, or another user.
    Missing,
    /// The token has another form, or its signature is wrong.
    Invalid,
    /// The token is older than 15 minutes.
    Expired,
    /// The token is from the future.
    NotYetValid,
}

impl Account {
    /// The account of [`shared::cache::IamAuthentication::local`].
    pub(super) fn local() -> Self {
        Self {
            cache: "watchlist-test".to_owned(),
            user: "watchlist-test-iam".to_owned(),
            region: "us-east-1".to_owned(),
            access_key: "local".to_owned(),
            secret_key: "local".to_owned(),
            session_token: Some("local".to_owned()),
        }
    }

    pub(super) fn verify(&self, token: &str, now: Timestamp) -> Result<(), TokenError> {
        let (_, date) = token.split_once("&X-Amz-Date=").ok_or(TokenError::Invalid)?;
        let date = date.split('&').next().unwrap_or_default();
        if token != self.token(date) {
            return Err(TokenError::Invalid);
        }
        let signed_at = DateTime::strptime("%Y%m%dT%H%M%SZ", date).map_err(|_| TokenError::Invalid)?;
        let signed_at = TimeZone::UTC.to_timestamp(signed_at).map_err(|_| TokenError::Invalid)?;
        let age = now.duration_since(signed_at);
        if age < SignedDuration::ZERO {
            return Err(TokenError::NotYetValid);
        }
        if age < SignedDuration::from_secs(VALIDITY_SECONDS) { Ok(()) } else { Err(TokenError::Expired) }
    }

    /// Returns the only valid token for a time such as `20260301T120000Z`.
    fn token(&self, date_time: &str) -> String {
        let Self { cache, user, region, .. } = self;
        let date = date_time.split('T').next().unwrap_or_default();
        let scope = format!("{date}/{region}/elasticache/aws4_request");
        let mut query = vec![
            ("Action", "connect".to_owned()),
            ("User", user.clone()),
            ("ResourceType", "ServerlessCache".to_owned()),
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("X-Amz-Credential", format!("{}/{scope}", self.access_key)),
            ("X-Amz-Date", date_time.to_owned()),
            ("X-Amz-Expires", VALIDITY_SECONDS.to_string()),
            ("X-Amz-SignedHeaders", "host".to_owned()),
        ];
        query.extend(self.session_token.clone().map(|token| ("X-Amz-Security-Token", token)));
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let mut sorted = query.clone();
        sorted.sort();
        let payload = sha256("");
        let request = format!("GET\n/\n{}\nhost:{cache}\n\nhost\n{payload}", sorted.join("&"));
        let text = format!("AWS4-HMAC-SHA256\n{date_time}\n{scope}\n{}", sha256(&request));
        let parts = [date, region, "elasticache", "aws4_request", &text];
        let first = format!("AWS4{}", self.secret_key).into_bytes();
        let signature = parts.iter().fold(first, |key, part| hmac(&key, part));
        format!("{cache}/?{}&X-Amz-Signature={}", query.join("&"), HEXLOWER.encode(&signature))
    }
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    sign(&Key::new(HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

fn sha256(text: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

fn encode(value: &str) -> String {
    value.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").unwrap();
        }
        encoded
    })
}

#[test]
fn tokens_equal_those_of_botocore() {
    let expected = include_str!("../../../shared/src/cache/iam/botocore_tokens.json");
    let expected: Vec<serde_json::Value> = serde_json::from_str(expected).unwrap();
    for values in expected {
        let text = |name: &str| values[name].as_str().map(str::to_owned);
        let account = Account {
            cache: text("cache").unwrap(),
            user: text("user").unwrap(),
            region: text("region").unwrap(),
            access_key: text("access_key").unwrap(),
            secret_key: text("secret_key").unwrap(),
            session_token: text("session_token"),
        };
        let token = text("token").unwrap();
        let now: Timestamp = text("at").unwrap().parse().unwrap();
        assert_eq!(account.verify(&token, now), Ok(()), "{token}");
    }
}

#[test]
fn changed_expired_and_future_tokens_are_refused() {
    let account = Account::local();
    let token = account.token("20260301T120000Z");
    let verify = |token: &str, now: &str| account.verify(token, now.parse().unwrap());
    assert_eq!(verify(&token, "2026-03-01T12:00:00Z"), Ok(()));
    assert_eq!(verify(&token, "2026-03-01T12:14:59.999Z"), Ok(()));
    assert_eq!(verify(&token, "2026-03-01T12:15:00Z"), Err(TokenError::Expired));
    assert_eq!(verify(&token, "2026-03-01T11:59:59Z"), Err(TokenError::NotYetValid));
    for (from, to) in [
        ("watchlist-test/", "watchlist-prod/"),
        ("User=watchlist-test-iam", "User=watchlist-test-app"),
        ("ServerlessCache", "ReplicationGroup"),
        ("X-Amz-Date=20260301T120000Z", "X-Amz-Date=20260301T120100Z"),
        ("Expires=900", "Expires=9000"),
        ("us-east-1", "us-west-2"),
        ("Security-Token=local", "Security-Token=other"),
    ] {
        assert!(token.contains(from), "{from}");
        assert_eq!(verify(&token.replace(from, to), "2026-03-01T12:00:00Z"), Err(TokenError::Invalid), "{to}");
    }
    let shortened = &token[..token.len() - 1];
    for invalid in ["", "secret", shortened, &token.replace("20260301T120000Z", "")] {
        assert_eq!(verify(invalid, "2026-03-01T12:00:00Z"), Err(TokenError::Invalid), "{invalid}");
    }
}
