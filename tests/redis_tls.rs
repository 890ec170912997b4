//! Redis as it is deployed: TLS, a password, few rights, and a cluster.

use shared::config::RedisConfig;

use crate::support::{
    app::{TestApp, User},
    functions::{Settings, impatient, patient},
    redis_tls::RedisTls,
    template::infra_template,
};

/// What the user of the functions may do.
fn access() -> String {
    infra_template("cache.yaml")["Resources"]["Functions"]["Properties"]["AccessString"].as_str().unwrap().to_owned()
}

async fn list(app: &TestApp, user: &User) -> String {
    let answer = app.get("/v1/watchlists").bearer(&user.token).send().await;
    answer.expect(200);
    answer.header("x-cache").to_owned()
}

#[tokio::test]
async fn the_functions_use_it_with_the_rights_that_the_template_gives_them() {
    let redis = RedisTls::start(&access());
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
    // Nothing was refused on the way, but for what the client says of itself, which this Redis may not know.
    let log = redis.server.command(&["ACL", "LOG"]);
    let refused: Vec<&str> = log.split("object ").skip(1).map(|entry| entry.split(' ').next().unwrap()).collect();
    assert!(refused.iter().all(|command| command.starts_with("client")), "{log}");
}

#[tokio::test]
async fn a_stranger_in_its_place_is_told_nothing() {
    let redis = RedisTls::start(&access());
    let known = |url: String| RedisConfig { ca_certificate: Some(redis.ca_pem()), ..impatient(&url) };
    // Signed by nobody that browsers trust; another name than the certificate's; a wrong password.
    let other_name = redis.url("secret").replace("localhost", "127.0.0.1");
    for redis in [impatient(&redis.url("secret")), known(other_name), known(redis.url("wrong"))] {
        let app = TestApp::with(Settings { redis, ..Settings::default() }).await;
        let user = app.user("ada@example.com").await;
        assert_eq!(list(&app, &user).await, "BYPASS");
        let health = app.get("/v1/health/detailed").send().await;
        assert_eq!(health.expect(200)["dependencies"]["redis"]["status"], "down");
    }
}
