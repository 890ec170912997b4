/// Returns an HTTP client for this machine. It trusts no certificate: reading the system's list
/// takes longer than most tests.
pub(crate) fn http_client() -> reqwest::Client {
    reqwest::Client::builder().tls_certs_only([]).build().unwrap()
}
