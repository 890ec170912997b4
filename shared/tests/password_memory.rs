//! The memory of password hashes. The only test of its process, so that no other test adds to it.

use std::fs;

use shared::{auth::PasswordHasher, config::PepperConfig, domain::Password, random::Random};

/// The peak of the resident memory of this process. Linux only, like the functions.
fn peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[tokio::test]
async fn a_hundred_hashes_retain_the_memory_of_one() {
    let password = || Password::parse("correct horse").unwrap();
    let hasher = PasswordHasher::new(PepperConfig::default(), Random::system());
    let before = peak_kib().unwrap();
    let stored = hasher.hash(password()).await.unwrap();
    let after_one = peak_kib().unwrap();
    assert!((19 * 1024..24 * 1024).contains(&(after_one - before)), "{before} {after_one}");
    for _ in 0..50 {
        hasher.verify(password(), Some(stored.clone())).await.unwrap();
        hasher.verify(password(), None).await.unwrap();
    }
    let after_a_hundred = peak_kib().unwrap();
    assert!(after_a_hundred - after_one < 2 * 1024, "{after_one} {after_a_hundred}");
}
