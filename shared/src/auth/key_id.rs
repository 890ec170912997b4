use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;

/// Returns the id of an Ed25519 public key: its JWK thumbprint (RFC 7638, with the members in the
/// order of RFC 8037 §2). Derived and never configured, so that a key cannot have a wrong id.
#[must_use]
pub fn key_id(public_key: &[u8]) -> String {
    let x = BASE64URL_NOPAD.encode(public_key);
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    BASE64URL_NOPAD.encode(digest(&SHA256, canonical.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_thumbprint_of_rfc_8037_appendix_a_3() {
        let x = BASE64URL_NOPAD.decode(b"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        assert_eq!(key_id(&x), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
