//! Authentication. The session is read from the table, because these functions run without Redis.

use serde_json::json;

use super::ProductsApp;
use crate::support::dynamo::Fault;

const PATHS: [&str; 4] = ["/v1/products", "/v1/products/1", "/v1/products/abc", "/v1/products?page=0"];

#[tokio::test]
async fn a_request_without_a_valid_token_is_rejected() {
    let setup = ProductsApp::with_products(1).await;
    for path in PATHS {
        setup.app.get(path).send().await.expect_problem(401, "UNAUTHORIZED");
        setup.app.get(path).bearer("nonsense").send().await.expect_problem(401, "UNAUTHORIZED");
        setup.app.get(path).bearer(&format!("{}x", setup.ada.token)).send().await.expect_problem(401, "UNAUTHORIZED");
    }
    assert_eq!(setup.catalog_requests(), 0);
}

#[tokio::test]
async fn after_sign_out_the_token_is_rejected_everywhere() {
    let setup = ProductsApp::with_products(1).await;
    let elsewhere = setup.app.other_instances();
    for path in &PATHS[..2] {
        setup.get(path).await.expect(200);
        elsewhere.get(path).bearer(&setup.ada.token).send().await.expect(200);
    }
    setup.app.post("/v1/auth/logout").bearer(&setup.ada.token).json(&json!({})).send().await.expect(204);
    setup.catalog_requests();
    for path in PATHS {
        setup.get(path).await.expect_problem(401, "UNAUTHORIZED");
        elsewhere.get(path).bearer(&setup.ada.token).send().await.expect_problem(401, "UNAUTHORIZED");
    }
    assert_eq!(setup.catalog_requests(), 0);
}

#[tokio::test]
async fn the_token_of_a_deleted_account_and_an_expired_token_are_rejected() {
    let setup = ProductsApp::with_products(1).await;
    let bob = setup.app.user("bob@example.com").await;
    setup.app.get(PATHS[0]).bearer(&bob.token).send().await.expect(200);
    let body = json!({"password": crate::support::app::PASSWORD});
    setup.app.delete("/v1/auth/me").bearer(&bob.token).json(&body).send().await.expect(204);
    setup.app.get(PATHS[0]).bearer(&bob.token).send().await.expect_problem(401, "UNAUTHORIZED");
    setup.app.clock.advance(16 * 60 + 1);
    setup.get(PATHS[0]).await.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn an_unavailable_table_is_503() {
    let setup = ProductsApp::with_products(1).await;
    setup.get(PATHS[1]).await.expect(200);
    setup.app.dynamo.set_fault(Fault::Throttle);
    setup.get(PATHS[1]).await.expect_problem(503, "UNAVAILABLE");
}

#[tokio::test]
async fn an_administrator_can_read_products() {
    let setup = ProductsApp::with_products(1).await;
    let admin = setup.app.admin().await;
    setup.app.get(PATHS[1]).bearer(&admin.token).send().await.expect(200);
}
