//! Uniqueness of e-mail addresses among the customers of all accounts.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{assert_consistent, create, patch, statuses};
use crate::support::{
    app::{TestApp, User},
    response::TestResponse,
};

async fn users(app: &TestApp, count: usize) -> Vec<User> {
    let mut users = Vec::new();
    for n in 0..count {
        users.push(app.user(&format!("user{n}@example.com")).await);
    }
    users
}

/// The events of an action in the audit trails of all accounts.
async fn audited(app: &TestApp, action: &str) -> Vec<Value> {
    app.store_events().await;
    let events = app.dynamo.items_under("AUDIT#");
    events.into_iter().filter(|event| event["action"]["S"] == action).collect()
}

fn id(answer: &TestResponse) -> String {
    answer.expect(201)["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn fifty_concurrent_creations_with_one_email_let_exactly_one_win() {
    let app = TestApp::new().await;
    let (users, other) = (users(&app, 10).await, app.other_instances());
    let want = |n: usize| {
        let email = if n.is_multiple_of(3) { "Wanted@Example.com" } else { "wanted@example.com" };
        create(if n.is_multiple_of(2) { &app } else { &other }, &users[n % 10], email)
    };
    let answers = join_all((0..50).map(want)).await;
    assert_eq!(statuses(&answers).into_iter().collect::<Vec<_>>(), [(201, 1), (409, 49)]);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.expect_problem(409, "CONFLICT");
        assert!(!refused.body.to_string().contains(&users[0].id), "it says whose: {:#}", refused.body);
    }
    assert_eq!(assert_consistent(&app).into_iter().collect::<Vec<_>>(), ["wanted@example.com"]);
    assert_eq!(audited(&app, "customer.created").await.len(), 1);
}

#[tokio::test]
async fn a_taken_email_is_rejected_in_any_case_and_for_the_same_account() {
    let app = TestApp::new().await;
    let users = users(&app, 2).await;
    let first = id(&create(&app, &users[0], "grace@example.com").await);
    let second = id(&create(&app, &users[1], "other@example.com").await);
    for user in &users {
        for email in ["grace@example.com", "GRACE@example.com", "grace@EXAMPLE.COM"] {
            create(&app, user, email).await.expect_problem(409, "CONFLICT");
        }
    }
    patch(&app, &users[1], &second, json!({"email": "Grace@Example.Com"})).await.expect_problem(409, "CONFLICT");
    // The name was not changed either.
    let both = json!({"name": "Thief", "email": "grace@example.com"});
    patch(&app, &users[1], &second, both).await.expect_problem(409, "CONFLICT");
    let found = app.get(&format!("/v1/customers/{second}")).bearer(&users[1].token).send().await;
    assert_eq!((&found.expect(200)["name"], found.header("etag")), (&json!("Customer"), "\"1\""));
    // The e-mail address of an account can be used by a customer.
    create(&app, &users[0], "user1@example.com").await.expect(201);
    patch(&app, &users[0], &first, json!({"email": "GRACE@EXAMPLE.COM"})).await.expect(200);
    assert_eq!(assert_consistent(&app).len(), 3);
    assert!(audited(&app, "customer.updated").await.is_empty());
}

#[tokio::test]
async fn an_email_is_free_after_its_customer_was_deleted_or_changed_it() {
    let app = TestApp::new().await;
    let users = users(&app, 2).await;
    let first = id(&create(&app, &users[0], "grace@example.com").await);
    app.delete(&format!("/v1/customers/{first}")).bearer(&users[0].token).send().await.expect(204);
    let second = id(&create(&app, &users[1], "Grace@example.com").await);
    patch(&app, &users[1], &second, json!({"email": "hopper@example.com"})).await.expect(200);
    let third = id(&create(&app, &users[0], "grace@example.com").await);
    // The previous address belongs to another customer now.
    patch(&app, &users[1], &second, json!({"email": "grace@example.com"})).await.expect(409);
    app.delete(&format!("/v1/customers/{third}")).bearer(&users[0].token).send().await.expect(204);
    patch(&app, &users[1], &second, json!({"email": "grace@example.com"})).await.expect(200);
    assert_eq!(assert_consistent(&app).into_iter().collect::<Vec<_>>(), ["grace@example.com"]);
}

#[tokio::test]
async fn concurrent_changes_to_one_email_let_exactly_one_win() {
    let app = TestApp::new().await;
    let (users, other) = (users(&app, 2).await, app.other_instances());
    for n in 0..10 {
        let own = [format!("a{n}@example.com"), format!("b{n}@example.com")];
        let wanted = format!("wanted{n}@example.com");
        let ids = [id(&create(&app, &users[0], &own[0]).await), id(&create(&app, &users[1], &own[1]).await)];
        let body = json!({"email": wanted});
        let (one, two) = tokio::join!(
            patch(&app, &users[0], &ids[0], body.clone()),
            patch(&other, &users[1], &ids[1], body.clone())
        );
        let answers = [one, two];
        assert_eq!(statuses(&answers).into_iter().collect::<Vec<_>>(), [(200, 1), (409, 1)]);
        let winner = usize::from(answers[1].status == 200);
        let expected = [&own[1 - winner], &wanted];
        let there = assert_consistent(&app);
        assert!(expected.iter().all(|email| there.contains(*email)) && !there.contains(&own[winner]), "{there:?}");
        assert_eq!(there.len(), 2 * (n + 1));
    }
    assert_eq!(audited(&app, "customer.updated").await.len(), 10);
}

#[tokio::test]
async fn two_customers_cannot_swap_their_emails_concurrently() {
    let app = TestApp::new().await;
    let users = users(&app, 2).await;
    let own = ["a@example.com", "b@example.com"];
    let ids = [id(&create(&app, &users[0], own[0]).await), id(&create(&app, &users[1], own[1]).await)];
    for _ in 0..5 {
        let (one, two) = tokio::join!(
            patch(&app, &users[0], &ids[0], json!({"email": own[1]})),
            patch(&app, &users[1], &ids[1], json!({"email": own[0]}))
        );
        one.expect_problem(409, "CONFLICT");
        two.expect_problem(409, "CONFLICT");
    }
    assert_eq!(assert_consistent(&app).into_iter().collect::<Vec<_>>(), own);
}

#[tokio::test]
async fn concurrent_requests_leave_every_customer_with_a_unique_email() {
    let app = TestApp::new().await;
    let (users, other) = (users(&app, 3).await, app.other_instances());
    let emails: Vec<_> = (0..4).map(|n| format!("c{n}@example.com")).collect();
    // Each user creates, changes and deletes a customer with every address, in another order.
    let live = |n: usize| {
        let (app, user, emails) = (if n.is_multiple_of(2) { &app } else { &other }, &users[n % 3], &emails);
        async move {
            for round in 0..8 {
                let made = create(app, user, &emails[(n + round) % 4]).await;
                assert!([201, 409].contains(&made.status.as_u16()), "{made:?}");
                if made.status == 409 {
                    continue;
                }
                let id = id(&made);
                let moved = patch(app, user, &id, json!({"email": emails[(n + 3 * round + 1) % 4]})).await;
                assert!([200, 409].contains(&moved.status.as_u16()), "{moved:?}");
                if !(n + round).is_multiple_of(3) {
                    app.delete(&format!("/v1/customers/{id}")).bearer(&user.token).send().await.expect(204);
                }
            }
        }
    };
    join_all((0..12).map(live)).await;
    let there = assert_consistent(&app);
    let [created, deleted] = ["customer.created", "customer.deleted"].map(|action| audited(&app, action));
    assert_eq!(created.await.len() - deleted.await.len(), there.len());
    assert!(there.len() <= 4, "{there:?}");
}
