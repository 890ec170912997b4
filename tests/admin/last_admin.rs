//! At least one enabled administrator always remains.

use serde_json::json;

use crate::support::app::{PASSWORD, TestApp, User};

async fn change(app: &TestApp, admin: &User, id: &str, body: &str) -> u16 {
    let body = serde_json::from_str(body).unwrap();
    let call = app.patch(&format!("/v1/admin/users/{id}")).bearer(&admin.token).json(&body);
    call.send().await.status.as_u16()
}

#[tokio::test]
async fn the_last_administrator_cannot_be_demoted_disabled_or_deleted() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for body in [r#"{"role":"user"}"#, r#"{"disabled":true}"#] {
        assert_eq!(change(&app, &admin, &admin.id, body).await, 409);
    }
    let path = format!("/v1/admin/users/{}", admin.id);
    app.delete(&path).bearer(&admin.token).send().await.expect_problem(409, "CONFLICT");
    let own = app.delete("/v1/auth/me").bearer(&admin.token).json(&json!({"password": PASSWORD}));
    own.send().await.expect_problem(409, "CONFLICT");
    app.get("/v1/admin/users").bearer(&admin.token).send().await.expect(200);
}

#[tokio::test]
async fn of_two_administrators_who_demote_each_other_concurrently_one_remains() {
    for round in 0..50 {
        let app = TestApp::new().await;
        let (one, two) = (app.admin().await, app.second_admin().await);
        let body = if round % 2 == 0 { r#"{"role":"user"}"# } else { r#"{"disabled":true}"# };
        let statuses = tokio::join!(change(&app, &one, &two.id, body), change(&app, &two, &one.id, body));
        // The other request is rejected, or its caller is no longer an administrator when it is
        // processed.
        let succeeded = [statuses.0, statuses.1].iter().filter(|status| **status == 200).count();
        assert_eq!(succeeded, 1, "{statuses:?}");
        let items = app.dynamo.items();
        let enabled = items.iter().filter(|item| {
            item["sk"]["S"] == "PROFILE" && item["role"]["S"] == "admin" && item["disabled"]["BOOL"] == false
        });
        assert_eq!(enabled.count(), 1);
        assert_eq!(items.iter().find(|item| item["pk"]["S"] == "ADMINS").unwrap()["count"]["N"], "1");
    }
}

#[tokio::test]
async fn one_of_two_administrators_can_be_deleted() {
    let app = TestApp::new().await;
    let (one, two) = (app.admin().await, app.second_admin().await);
    app.delete("/v1/auth/me").bearer(&two.token).json(&json!({"password": PASSWORD})).send().await.expect(204);
    assert_eq!(change(&app, &one, &one.id, r#"{"role":"user"}"#).await, 409);
}
