//! Who is let in: the session is read from the table, for there is no Redis where these functions run.

use serde_json::json;

use super::Scene;
use crate::support::dynamo::Fault;

const PATHS: [&str; 4] = ["/v1/products", "/v1/products/1", "/v1/products/abc", "/v1/products?page=0"];

#[tokio::test]
async fn nobody_gets_in_without_a_session() {
    let scene = Scene::selling(1).await;
    for path in PATHS {
        scene.app.get(path).send().await.expect_problem(401, "UNAUTHORIZED");
        scene.app.get(path).bearer("nonsense").send().await.expect_problem(401, "UNAUTHORIZED");
        scene.app.get(path).bearer(&format!("{}x", scene.ada.token)).send().await.expect_problem(401, "UNAUTHORIZED");
    }
    assert_eq!(scene.questions(), 0);
}

#[tokio::test]
async fn whoever_signs_out_is_out_at_once_and_everywhere() {
    let scene = Scene::selling(1).await;
    let elsewhere = scene.app.other_instances();
    for path in &PATHS[..2] {
        scene.get(path).await.expect(200);
        elsewhere.get(path).bearer(&scene.ada.token).send().await.expect(200);
    }
    scene.app.post("/v1/auth/logout").bearer(&scene.ada.token).json(&json!({})).send().await.expect(204);
    scene.questions();
    for path in PATHS {
        scene.get(path).await.expect_problem(401, "UNAUTHORIZED");
        elsewhere.get(path).bearer(&scene.ada.token).send().await.expect_problem(401, "UNAUTHORIZED");
    }
    assert_eq!(scene.questions(), 0);
}

#[tokio::test]
async fn an_account_that_is_gone_and_a_token_that_is_over_get_nobody_in() {
    let scene = Scene::selling(1).await;
    let bob = scene.app.user("bob@example.com").await;
    scene.app.get(PATHS[0]).bearer(&bob.token).send().await.expect(200);
    let body = json!({"password": crate::support::app::PASSWORD});
    scene.app.delete("/v1/auth/me").bearer(&bob.token).json(&body).send().await.expect(204);
    scene.app.get(PATHS[0]).bearer(&bob.token).send().await.expect_problem(401, "UNAUTHORIZED");
    scene.app.clock.advance(16 * 60 + 1);
    scene.get(PATHS[0]).await.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn without_the_table_nobody_gets_in() {
    let scene = Scene::selling(1).await;
    scene.get(PATHS[1]).await.expect(200);
    scene.app.dynamo.set_fault(Fault::Throttle);
    scene.get(PATHS[1]).await.expect_problem(503, "UNAVAILABLE");
}

#[tokio::test]
async fn an_administrator_may_look_as_well() {
    let scene = Scene::selling(1).await;
    let admin = scene.app.admin().await;
    scene.app.get(PATHS[1]).bearer(&admin.token).send().await.expect(200);
}
