//! `GET /v1/admin/stats`

use serde_json::json;

use crate::support::app::TestApp;

#[tokio::test]
async fn it_says_what_the_stored_events_add_up_to() {
    let app = TestApp::new().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    for n in 0..5 {
        app.add(&ada, &format!("Title {n}"), "show").await;
    }
    app.store_events().await;
    app.dynamo.take_calls();
    let answer = app.get("/v1/admin/stats").bearer(&admin.token).send().await;
    let body = answer.expect(200);
    let expected = json!({
        "status": "ok", "users": 2, "watchlist_items": 5, "customers": 0, "favorites": 0, "audit_events": 10,
        "as_of": body["as_of"],
    });
    assert_eq!(body, &expected);
    assert_eq!(app.dynamo.take_operations(), ["GetItem", "GetItem", "Query"]);
}
