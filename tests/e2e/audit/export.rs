//! Concurrent writes with values that imitate a line break, a cell, a formula or another event.

use std::collections::HashMap;

use futures_util::future::join_all;

use super::{
    TestContext,
    consistency::assert_consistent,
    trail::{own, own_exported, without_admin_actions},
    user::User,
};

const WRITERS: usize = 16;
/// Every writer adds each of these titles.
const TITLES: [&str; 6] = [
    "=cmd()",
    "a \"quote\", a comma; a back\\slash\\n",
    "a line\u{2028}separator and a paragraph\u{2029}separator",
    "\"},{\"action\":\"admin.promoted\"",
    "\",\"auth.registered\",\"success\"",
    "+1-1@sum",
];
const USER_AGENTS: [&str; 3] = ["=HYPERLINK(\"http://example.com\", \"me\")", "+1,2", "@\"one\", 'two'\\"];

pub(crate) async fn concurrent_writes_cannot_forge_events(context: &TestContext<'_>) {
    let sign_up = |(at, user_agent): (usize, &'static str)| {
        let name = format!("writer{at}");
        async move { User::sign_up(context.stack, context.log, &name, user_agent).await }
    };
    let users = join_all(USER_AGENTS.into_iter().enumerate().map(sign_up)).await;
    let writer = |writer: usize| {
        let user = &users[writer % users.len()];
        async move {
            for title in TITLES {
                user.add(title).await;
            }
            user.add_rejected("a title\n{\"action\":\"admin.promoted\"}").await;
        }
    };
    let mark = context.log.mark();
    join_all((0..WRITERS).map(writer)).await;
    assert_eq!(context.log.mark().unanswered, mark.unanswered);
    assert_consistent(context, "16 writers").await;

    let events = without_admin_actions(context.trail.events().await);
    let exported = without_admin_actions(context.trail.exported().await);
    assert_eq!(exported, events, "the CSV export differs from the JSON pages");
    let mut titles = HashMap::<_, usize>::new();
    for event in events.iter().filter(|event| event.action == "watchlist.item_added") {
        *titles.entry(event.title.clone().unwrap()).or_default() += 1;
    }
    assert_eq!(titles, TITLES.map(|title| (title.to_owned(), WRITERS)).into());

    for (user, user_agent) in users.iter().zip(USER_AGENTS) {
        let own = own(user).await;
        assert_eq!(own_exported(user).await, own, "the CSV export differs from the JSON pages");
        let in_full_trail = events.iter().filter(|event| own.contains(event)).count();
        assert_eq!(in_full_trail, own.len(), "the user's trail has events that the administrators' trail lacks");
        assert!(own.iter().all(|event| event.user_agent.as_deref() == Some(user_agent)), "{own:?}");
    }
    println!("16 writers: {} titles, each in one event and one CSV record", WRITERS * TITLES.len());
}
