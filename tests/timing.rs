//! The duration of a failed sign-in must not reveal whether an account exists, is disabled or is
//! locked. Run it alone: `make timing`.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::app::{PASSWORD, TestApp};

/// The number of attempts of each kind. The kinds alternate, so that other load affects all of them
/// equally.
const ATTEMPTS: usize = 525;

#[tokio::test]
async fn failed_sign_ins_take_equally_long_for_every_reason() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let disabled = app.user("disabled@example.com").await;
    let disabled_path = format!("/v1/admin/users/{}", disabled.id);
    app.patch(&disabled_path).bearer(&admin.token).json(&json!({"disabled": true})).send().await.expect(200);
    app.user("locked@example.com").await;
    for seconds in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900] {
        app.clock.advance(seconds);
        app.login("locked@example.com", "wrong").await.expect(401);
    }
    let kinds: [(&str, &str); 4] = [
        ("nobody@example.com", "wrong password"),
        ("wrong", "wrong password"),
        ("disabled@example.com", PASSWORD),
        ("locked@example.com", PASSWORD),
    ];
    let mut times: [Vec<Duration>; 4] = Default::default();
    for attempt in 0..ATTEMPTS {
        // At most four wrong passwords per account, so that none is locked.
        let fresh = format!("user{}@example.com", attempt / 4);
        if attempt % 4 == 0 {
            app.register(&fresh, PASSWORD).await.expect(201);
        }
        for kind in 0..kinds.len() {
            let (email, password) = kinds[(kind + attempt) % kinds.len()];
            let email = if email == "wrong" { &fresh } else { email };
            let started = Instant::now();
            let response = app.login(email, password).await;
            times[(kind + attempt) % kinds.len()].push(started.elapsed());
            response.expect_problem(401, "UNAUTHORIZED");
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    });
    let (least, most) =
        medians.iter().fold((f64::MAX, 0.0_f64), |(least, most), median| (least.min(*median), most.max(*median)));
    let measured = format!(
        "unknown, wrong, disabled, locked: {medians:?} s; the largest difference is {:.2} %",
        (most / least - 1.0) * 100.0
    );
    println!("{} attempts: {measured}", ATTEMPTS * 4);
    assert!(most / least < 1.03, "{measured}");
}
