//! Redis as deployed: TLS, a password, a restricted access string, and cluster mode.

use shared::config::RedisConfig;

use crate::support::{
    app::{TestApp, User},
    functions::{Settings, impatient, patient},
    redis_tls::RedisTls,
    template::infra_template,
};

/// The access string of the functions' Redis user. Functions from before IAM authentication have
/// another user with the same one.
fn access_string() -> String {
    let users = infra_template("cache.yaml");
    let [current, previous] =
        ["FunctionsUser", "Functions"].map(|user| &users["Resources"][user]["Properties"]["AccessString"]);
    assert_eq!(current, previous);
    current.as_str().unwrap().to_owned()
}

async fn list(app: &TestApp, user: &User) -> String {
    let response = app.get("/v1/watchlists").bearer(&user.token).send().await;
    response.expect(200);
    response.header("x-cache").to_owned()
}

#[tokio::test]
async fn the_access_string_of_the_template_allows_every_command_of_the_functions() {
    let redis = RedisTls::start(&access_string());
    let config = RedisConfig { ca_certificate: Some(redis.ca_pem()), ..patient(&redis.url("secret")) };
    let app = TestApp::with(Settings { redis: config, ..Settings::default() }).await;
    let user = app.user("ada@example.com").await;
    assert_eq!([list(&app, &user).await, list(&app, &user).await], ["MISS", "HIT"]);
    app.add(&user, "Alien", "movie").await;
    redis.server.command(&["SCRIPT", "FLUSH"]);
    assert_eq!([list(&app, &user).await, list(&app, &user).await], ["MISS", "HIT"]);
    let health = app.get("/v1/health/detailed").send().await;
    assert_eq!(health.expect(200)["dependencies"]["redis"]["status"], "ok");
    app.post("/v1/auth/logout").bearer(&user.token).send().await.expect(204);
    app.get("/v1/watchlists").bearer(&user.token).send().await.expect(401);
    // No command was denied except `CLIENT SETINFO`, which this Redis version may not support.
    let log = redis.server.command(&["ACL", "LOG"]);
    let denied: Vec<&str> = log.split("object ").skip(1).map(|entry| entry.split(' ').next().unwrap()).collect();
    assert!(denied.iter().all(|command| command.starts_with("client")), "{log}");
}

#[tokio::test]
async fn redis_is_not_used_when_its_certificate_or_the_password_is_invalid() {
    let redis = RedisTls::start(&access_string());
    let with_ca = |url: String| RedisConfig { ca_certificate: Some(redis.ca_pem()), ..impatient(&url) };
    // An unknown certificate authority, a host name that is not in the certificate, and a wrong
    // password.
    let other_name = redis.url("secret").replace("localhost", "127.0.0.1");
    for redis in [impatient(&redis.url("secret")), with_ca(other_name), with_ca(redis.url("wrong"))] {
        let app = TestApp::with(Settings { redis, ..Settings::default() }).await;
        let user = app.user("ada@example.com").await;
        assert_eq!(list(&app, &user).await, "BYPASS");
        let health = app.get("/v1/health/detailed").send().await;
        assert_eq!(health.expect(200)["dependencies"]["redis"]["status"], "down");
    }
}
