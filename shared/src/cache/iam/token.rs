//! The token that `ElastiCache` accepts as a password: a presigned `connect` request without its
//! scheme. It opens connections for 15 minutes; a connection ends 12 hours after its token.
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>

use std::{error::Error, iter, time::Duration};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign},
    sign::v4,
};
use http::Request;
use jiff::Timestamp;

/// The longest validity that `ElastiCache` accepts.
const VALIDITY: Duration = Duration::from_mins(15);

/// The request that a token signs. It is never sent over HTTP.
pub(super) struct ConnectRequest<'a> {
    /// The name of the serverless cache.
    pub(super) cache: &'a str,
    /// The id of the user, which equals its name.
    pub(super) user: &'a str,
    pub(super) region: &'a str,
}

impl ConnectRequest<'_> {
    /// Signs the request with Signature Version 4.
    ///
    /// # Errors
    /// The name of the cache or the user is not valid in a URL.
    pub(super) fn presign(&self, credentials: Credentials, at: Timestamp) -> Result<String, Box<dyn Error>> {
        let Self { cache, user, region } = self;
        let url = format!("http://{cache}/?Action=connect&User={user}&ResourceType=ServerlessCache");
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(VALIDITY);
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("elasticache")
            .time(at.try_into()?)
            .settings(settings)
            .build()?
            .into();
        let signable = SignableRequest::new("GET", &url, iter::empty(), SignableBody::empty())?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        let mut request = Request::get(&url).body(())?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(in_documented_order(request.uri().to_string().trim_start_matches("http://")))
    }
}

/// Moves the signature to the end, where the AWS documentation and the other SDKs put it. This SDK
/// puts the session token after it.
fn in_documented_order(url: &str) -> String {
    let (signature, others): (Vec<&str>, Vec<&str>) =
        url.split('&').partition(|parameter| parameter.starts_with("X-Amz-Signature="));
    [others, signature].concat().join("&")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// A token that botocore made; `tests/redis_iam/botocore_tokens.py` writes the file.
    #[derive(Deserialize)]
    struct BotocoreToken {
        at: String,
        region: String,
        cache: String,
        user: String,
        access_key: String,
        secret_key: String,
        session_token: Option<String>,
        token: String,
    }

    #[test]
    fn tokens_equal_those_of_botocore() {
        let expected: Vec<BotocoreToken> = serde_json::from_str(include_str!("botocore_tokens.json")).unwrap();
        for BotocoreToken { at, region, cache, user, access_key, secret_key, session_token, token } in expected {
            let credentials = Credentials::new(access_key, secret_key, session_token, None, "test");
            let request = ConnectRequest { cache: &cache, user: &user, region: &region };
            assert_eq!(request.presign(credentials, at.parse().unwrap()).unwrap(), token);
        }
    }

    #[test]
    fn a_name_that_is_not_valid_in_a_url_is_an_error() {
        let credentials = Credentials::new("key", "secret", None, None, "test");
        let request = ConnectRequest { cache: "a cache", user: "app", region: "us-east-1" };
        request.presign(credentials, Timestamp::UNIX_EPOCH).unwrap_err();
    }
}
