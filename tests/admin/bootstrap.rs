//! `admin-bootstrap`

use functions::admin_bootstrap::{Request, bootstrap};
use serde_json::json;
use shared::domain::Error;

use crate::support::app::{PASSWORD, TestApp};

#[tokio::test]
async fn it_promotes_an_account_and_revokes_its_sessions() {
    let (app, user) = TestApp::with_user().await;
    app.get("/v1/admin/users").bearer(&user.token).send().await.expect_problem(403, "FORBIDDEN");
    let promoted = bootstrap(app.build(), Request { email: "ADA@example.com".to_owned() }).await.unwrap();
    let expected = json!({"id": user.id, "email": "ada@example.com", "role": "admin"});
    assert_eq!(serde_json::to_value(promoted).unwrap(), expected);

    app.get("/v1/auth/me").bearer(&user.token).send().await.expect_problem(401, "UNAUTHORIZED");
    let answer = app.login("ada@example.com", PASSWORD).await;
    let token = answer.expect(200)["access_token"].as_str().unwrap();
    app.get("/v1/admin/users").bearer(token).send().await.expect(200);
    assert_eq!(app.get("/v1/auth/me").bearer(token).send().await.expect(200)["role"], "admin");
}

#[tokio::test]
async fn promoting_twice_counts_one_administrator() {
    let (app, _) = TestApp::with_user().await;
    for _ in 0..2 {
        bootstrap(app.build(), Request { email: "ada@example.com".to_owned() }).await.unwrap();
    }
    let items = app.dynamo.items();
    assert_eq!(items.iter().find(|item| item["pk"]["S"] == "ADMINS").unwrap()["count"]["N"], "1");
}

#[tokio::test]
async fn an_unknown_address_is_not_found() {
    let app = TestApp::new().await;
    let result = |email: &str| bootstrap(app.build(), Request { email: email.to_owned() });
    assert!(matches!(result("nobody@example.com").await, Err(Error::NotFound)));
    assert!(matches!(result("nobody").await, Err(Error::Invalid(_))));
}
