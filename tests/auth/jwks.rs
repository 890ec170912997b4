//! `GET /.well-known/jwks.json`

use serde_json::json;
use shared::{auth::Verifier, config::VerificationConfig};

use crate::support::{app::TestApp, keys::TestKeys};

#[tokio::test]
async fn the_public_keys_are_published_for_five_minutes() {
    let app = TestApp::new().await;
    let answer = app.get("/.well-known/jwks.json").send().await;
    let key = &answer.expect(200)["keys"][0];
    let expected =
        json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": app.keys.kid(), "x": key["x"]});
    assert_eq!(key, &expected);
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert!(!answer.body.to_string().contains("\"d\""));
}

#[tokio::test]
async fn while_two_keys_are_published_tokens_of_both_are_valid() {
    let (app, user) = TestApp::with_user().await;
    let (old, new) = (app.keys.verification(), TestKeys::new().verification());
    let both = VerificationConfig { public_keys: [new.public_keys, old.public_keys].concat(), names: old.names };
    let verifier = |config: &VerificationConfig| Verifier::new(config, app.clock.clock()).unwrap();
    assert!(verifier(&both).verify(&user.token).is_ok());
    let later = VerificationConfig { public_keys: both.public_keys[..1].to_vec(), names: both.names };
    assert!(verifier(&later).verify(&user.token).is_err(), "the old key is no longer published");
}
