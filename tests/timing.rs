//! How long sign-in takes must not tell whether an account exists, is shut, or backs off. Run alone: `make timing`.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::app::{PASSWORD, TestApp};

/// Of each kind; they take turns, so that whatever else the machine does falls on all of them alike.
const ATTEMPTS: usize = 525;

#[tokio::test]
async fn sign_in_takes_equally_long_whatever_is_wrong() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let shut = app.user("shut@example.com").await;
    let shut_path = format!("/v1/admin/users/{}", shut.id);
    app.patch(&shut_path).bearer(&admin.token).json(&json!({"disabled": true})).send().await.expect(200);
    app.user("waiting@example.com").await;
    for seconds in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900] {
        app.clock.advance(seconds);
        app.login("waiting@example.com", "wrong").await.expect(401);
    }
    let kinds: [(&str, &str); 4] = [
        ("nobody@example.com", "wrong password"),
        ("wrong", "wrong password"),
        ("shut@example.com", PASSWORD),
        ("waiting@example.com", PASSWORD),
    ];
    let mut times: [Vec<Duration>; 4] = Default::default();
    for attempt in 0..ATTEMPTS {
        // A wrong password four times at most for each account, so that none of them begins to back off.
        let fresh = format!("user{}@example.com", attempt / 4);
        if attempt % 4 == 0 {
            app.register(&fresh, PASSWORD).await.expect(201);
        }
        for kind in 0..kinds.len() {
            let (email, password) = kinds[(kind + attempt) % kinds.len()];
            let email = if email == "wrong" { &fresh } else { email };
            let started = Instant::now();
            let answer = app.login(email, password).await;
            times[(kind + attempt) % kinds.len()].push(started.elapsed());
            answer.expect_problem(401, "UNAUTHORIZED");
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    });
    let (least, most) =
        medians.iter().fold((f64::MAX, 0.0_f64), |(least, most), median| (least.min(*median), most.max(*median)));
    let measured = format!(
        "unknown, wrong, shut, waiting: {medians:?} s; the widest differ by {:.2} %",
        (most / least - 1.0) * 100.0
    );
    println!("{} attempts: {measured}", ATTEMPTS * 4);
    assert!(most / least < 1.03, "{measured}");
}
