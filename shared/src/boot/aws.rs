//! The configuration of the AWS clients, read from variables alone.
//!
//! `aws_config::defaults` also looks for profiles and instance metadata, and loads the system's
//! root certificates, which takes most of a function's init; see
//! `docs/adr/0031-aws-clients-from-variables.md`.

use std::{fs, time::Duration};

use aws_config::{
    BehaviorVersion, Region, SdkConfig, ecs::EcsCredentialsProvider,
    environment::EnvironmentVariableCredentialsProvider, identity::IdentityCache, provider_config::ProviderConfig,
    stalled_stream_protection::StalledStreamProtectionConfig,
};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::{
    Connector,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use http::Uri;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::config::{ConfigError, Variables};

/// The root certificates of AWS: <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: &str = include_str!("amazon_roots.pem");

/// The timeout for opening a connection to AWS, TLS included. Each call has a timeout of its own,
/// which may end before.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// Returns the region, credentials and endpoints of all AWS clients.
///
/// # Errors
/// A variable is missing or invalid.
pub(super) fn sdk_config(variables: &Variables) -> Result<SdkConfig, ConfigError> {
    let flag = |name| variables.parsed_or(name, "true or false", false);
    let http_client = http_client(variables)?;
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(variables.required("AWS_REGION")?.to_owned()))
        .service_config(Endpoints::read(variables)?)
        .use_fips(flag("AWS_USE_FIPS_ENDPOINT")?)
        .use_dual_stack(flag("AWS_USE_DUALSTACK_ENDPOINT")?)
        // Responses are small, and every call has a timeout.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(http_client.clone());
    let config = if variables.optional("AWS_CONTAINER_CREDENTIALS_FULL_URI").is_some() {
        // These credentials expire within the life of the process. The SDK caches them until then.
        let provider = ProviderConfig::without_region().with_http_client(http_client);
        let credentials = EcsCredentialsProvider::builder().configure(&provider).build();
        config.credentials_provider(SharedCredentialsProvider::new(credentials))
    } else {
        variables.required("AWS_ACCESS_KEY_ID")?;
        variables.required("AWS_SECRET_ACCESS_KEY")?;
        // Reading the variables again takes no longer than asking a cache.
        let credentials = SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new());
        config.credentials_provider(credentials).identity_cache(IdentityCache::no_cache())
    };
    Ok(config.build())
}

/// All clients share one connector, and with it their connections and one TLS configuration. The
/// SDK's own client creates a connector for each connect timeout, and one more to validate it.
fn http_client(variables: &Variables) -> Result<SharedHttpClient, ConfigError> {
    let trust = TrustStore::empty().with_pem_certificate(root_certificates(variables)?);
    let tls = TlsContext::builder().with_trust_store(trust).build();
    let tls = tls.map_err(|_| ConfigError::Invalid { name: CA_BUNDLE, expected: "a list of root certificates" })?;
    let connector = Connector::builder()
        // TLS uses aws-lc, the only cryptography library of this project.
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(tls)
        .connector_settings(HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .build();
    let connector = SharedHttpConnector::new(connector);
    Ok(http_client_fn(move |_, _| connector.clone()))
}

/// The variable with a file of root certificates, in PEM, that replace Amazon's.
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

fn root_certificates(variables: &Variables) -> Result<String, ConfigError> {
    let Some(path) = variables.optional(CA_BUNDLE) else { return Ok(AMAZON_ROOTS.to_owned()) };
    let pem = fs::read_to_string(path).ok().filter(|pem| parse_roots(pem).is_some_and(|roots| !roots.is_empty()));
    pem.ok_or(ConfigError::Invalid { name: CA_BUNDLE, expected: "a readable file of root certificates in PEM" })
}

/// Returns `None` when a certificate is invalid.
fn parse_roots(pem: &str) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.ok()?).ok()?;
    }
    Some(roots)
}

/// The endpoints of services: `AWS_ENDPOINT_URL_<SERVICE>` of one service, `AWS_ENDPOINT_URL` of
/// all others (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>).
#[derive(Debug)]
struct Endpoints(Vec<(&'static str, String)>);

impl Endpoints {
    const VARIABLES: [&str; 3] = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_SQS"];

    fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let mut endpoints = Vec::new();
        for name in Self::VARIABLES {
            let Some(url) = variables.optional(name) else { continue };
            let is_url = url.parse::<Uri>().is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
            if !is_url {
                return Err(ConfigError::Invalid { name, expected: "a URL such as https://host:8000" });
            }
            endpoints.push((name, url.to_owned()));
        }
        Ok(Self(endpoints))
    }

    fn get(&self, variable: &str) -> Option<String> {
        self.0.iter().find(|(name, _)| *name == variable).map(|(_, url)| url.clone())
    }
}

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        self.get(&format!("{}_{service}", key.env())).or_else(|| self.get(key.env()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The configuration with the variables that Lambda sets and `more`.
    fn config(more: &[(&str, &str)]) -> Result<SdkConfig, ConfigError> {
        let lambda = [("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret")];
        sdk_config(&lambda.into_iter().chain(more.iter().copied()).collect())
    }

    fn endpoint(config: &SdkConfig, service: &str) -> Option<String> {
        let key = ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL").profile("endpoint_url");
        config.service_config().unwrap().load_config(key.build().unwrap())
    }

    #[test]
    fn the_variables_of_lambda_suffice() {
        let config = config(&[]).unwrap();
        assert_eq!(config.region().unwrap().as_ref(), "eu-west-1");
        assert!(config.credentials_provider().is_some());
        assert_eq!((config.use_fips(), config.use_dual_stack()), (Some(false), Some(false)));
        assert_eq!(endpoint(&config, "DynamoDB"), None);
    }

    #[test]
    fn a_missing_region_or_credential_is_named() {
        let missing = |variables: &[(&str, &str)]| sdk_config(&variables.iter().copied().collect()).err();
        assert_eq!(missing(&[]), Some(ConfigError::Missing("AWS_REGION")));
        assert_eq!(missing(&[("AWS_REGION", "eu-west-1")]), Some(ConfigError::Missing("AWS_ACCESS_KEY_ID")));
    }

    #[test]
    fn the_endpoint_of_a_service_precedes_the_endpoint_of_all() {
        let all = ("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        let config = config(&[all, ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:2")]).unwrap();
        assert_eq!(endpoint(&config, "DynamoDB").as_deref(), Some("http://127.0.0.1:2"));
        assert_eq!(endpoint(&config, "SQS").as_deref(), Some("http://127.0.0.1:1"));
    }

    #[test]
    fn fips_and_dual_stack_endpoints_are_selected_by_the_variables_of_the_sdk() {
        let config = config(&[("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "true")]).unwrap();
        assert_eq!((config.use_fips(), config.use_dual_stack()), (Some(true), Some(true)));
    }

    #[test]
    fn an_invalid_variable_is_named() {
        for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS", "AWS_USE_FIPS_ENDPOINT", "AWS_CA_BUNDLE"] {
            let error = config(&[(name, "/dev/null")]).err();
            assert!(matches!(error, Some(ConfigError::Invalid { name: named, .. }) if named == name), "{name}");
        }
    }

    #[test]
    fn the_compiled_roots_are_roots_of_mozilla_too() {
        let roots = parse_roots(AMAZON_ROOTS).unwrap();
        assert_eq!(roots.len(), 5);
        for root in &roots.roots {
            let is_known = |known: &&rustls::pki_types::TrustAnchor<'_>| {
                known.subject_public_key_info == root.subject_public_key_info
            };
            assert!(webpki_roots::TLS_SERVER_ROOTS.iter().find(is_known).is_some());
        }
    }
}
