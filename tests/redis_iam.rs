//! Authentication with IAM at Redis: tokens, and connections that end.

use std::{fs, process::Command};

use futures_util::future::join_all;

use crate::support::{
    app::{TestApp, User},
    functions::{Settings, patient},
    redis,
    redis_gateway::{Ending, GatewayLog, RedisGateway, TokenError},
    response::TestResponse,
    template::project_file,
    time::TestClock,
};

/// The endings in the order in which a test uses them, repeatedly.
const ENDINGS: [Ending; 3] = [Ending::Idle, Ending::BeforeCommand, Ending::AfterCommand];

/// Starts a gateway, and functions that connect to it.
async fn gateway_and_app() -> (RedisGateway, TestApp) {
    let gateway = RedisGateway::start(&redis::database_url());
    let iam = Some(gateway.iam_config());
    let app = TestApp::with(Settings { redis: patient(gateway.url()), iam, ..Settings::default() }).await;
    gateway.set_clock(&app.clock);
    (gateway, app)
}

async fn list(app: &TestApp, user: &User) -> TestResponse {
    app.get("/v1/watchlists?limit=100").bearer(&user.token).send().await
}

fn length(response: &TestResponse) -> usize {
    response.expect(200)["watchlist"].as_array().unwrap().len()
}

#[test]
fn the_expected_tokens_are_those_that_botocore_makes() {
    let script = project_file("tests/redis_iam/botocore_tokens.py");
    let output = Command::new(project_file(".venv/bin/python")).arg(script).output().unwrap();
    let expected = fs::read(project_file("shared/src/cache/iam/botocore_tokens.json")).unwrap();
    assert!(output.stdout == expected, "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_session_over_connections_that_end_every_second_loses_no_request() {
    let (gateway, app) = gateway_and_app().await;
    let user = app.user("ada@example.com").await;
    assert_eq!(list(&app, &user).await.header("x-cache"), "MISS");
    gateway.take_log();
    let (mut items, mut ended) = (0, 0);
    let end = |ended: &mut usize| {
        // Each token differs from the previous one, because it names the second.
        app.clock.advance(1);
        gateway.end_connections(ENDINGS[*ended % ENDINGS.len()]);
        *ended += 1;
    };
    for round in 0..25 {
        for _ in 0..10 {
            end(&mut ended);
            let response = list(&app, &user).await;
            assert_eq!((length(&response), response.header("x-cache")), (items, "HIT"), "round {round}");
        }
        end(&mut ended);
        app.add(&user, "Alien", "movie").await;
        items += 1;
        end(&mut ended);
        let response = list(&app, &user).await;
        assert_eq!((length(&response), response.header("x-cache")), (items, "MISS"), "round {round}");
    }
    let GatewayLog { connections, mut tokens, refusals } = gateway.take_log();
    tokens.dedup();
    assert_eq!((connections, tokens.len(), refusals.len()), (ended, ended, 0));
}

#[tokio::test]
async fn a_command_is_repeated_when_the_new_connection_ends_as_well() {
    let (gateway, app) = gateway_and_app().await;
    let user = app.user("ada@example.com").await;
    list(&app, &user).await.expect(200);
    for first in ENDINGS {
        for second in ENDINGS {
            for third in ENDINGS {
                gateway.end_next_connections(&[second, third]);
                gateway.end_connections(first);
                assert_eq!(list(&app, &user).await.header("x-cache"), "HIT", "{first:?} {second:?} {third:?}");
            }
        }
    }
}

#[tokio::test]
async fn concurrent_requests_survive_the_end_of_their_connection() {
    let (gateway, app) = gateway_and_app().await;
    let user = app.user("ada@example.com").await;
    list(&app, &user).await.expect(200);
    gateway.take_log();
    for round in 0..30 {
        gateway.end_connections(ENDINGS[round % ENDINGS.len()]);
        for response in join_all((0..8).map(|_| list(&app, &user))).await {
            assert_eq!((length(&response), response.header("x-cache")), (0, "HIT"), "round {round}");
        }
    }
    let log = gateway.take_log();
    assert_eq!((log.tokens.len(), log.refusals.len()), (log.connections, 0));
}

#[tokio::test]
async fn functions_work_without_redis_while_it_refuses_their_tokens() {
    let (gateway, app) = gateway_and_app().await;
    let user = app.user("ada@example.com").await;
    list(&app, &user).await.expect(200);
    let fast_clock = TestClock::new();
    fast_clock.advance(16 * 60);
    gateway.set_clock(&fast_clock);
    gateway.end_connections(Ending::Idle);
    gateway.take_log();
    for _ in 0..3 {
        let response = list(&app, &user).await;
        assert_eq!((length(&response), response.header("x-cache")), (0, "BYPASS"));
    }
    let health = app.get("/v1/health/detailed").send().await;
    assert_eq!(health.expect(200)["dependencies"]["redis"]["status"], "down");
    let log = gateway.take_log();
    assert_eq!((log.tokens.len(), log.refusals), (0, vec![TokenError::Expired; log.connections]));
    gateway.set_clock(&app.clock);
    let health = app.get("/v1/health/detailed").send().await;
    assert_eq!(health.expect(200)["dependencies"]["redis"]["status"], "ok");
    assert_eq!(list(&app, &user).await.header("x-cache"), "HIT");
}
