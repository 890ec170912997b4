//! Many write at once, and what they write tries to look like something else: a line, a cell, a formula, another event.

use std::collections::HashMap;

use futures_util::future::join_all;

use super::{
    Scene,
    person::Person,
    recount::all_agree,
    trail::{own, own_exported, without_admins},
};

const WRITERS: usize = 16;
/// Each is written by each writer.
const TITLES: [&str; 6] = [
    "=cmd()",
    "a \"quote\", a comma; a back\\slash\\n",
    "a line\u{2028}separator and a paragraph\u{2029}separator",
    "\"},{\"action\":\"admin.promoted\"",
    "\",\"auth.registered\",\"success\"",
    "+1-1@sum",
];
/// Cells of their own.
const USER_AGENTS: [&str; 3] = ["=HYPERLINK(\"http://example.com\", \"me\")", "+1,2", "@\"one\", 'two'\\"];

pub(crate) async fn many_write_at_once_and_forge_nothing(scene: &Scene<'_>) {
    let sign_up = |(at, user_agent): (usize, &'static str)| {
        let name = format!("writer{at}");
        async move { Person::sign_up(scene.stack, scene.ledger, &name, user_agent).await }
    };
    let people = join_all(USER_AGENTS.into_iter().enumerate().map(sign_up)).await;
    let writer = |writer: usize| {
        let person = &people[writer % people.len()];
        async move {
            for title in TITLES {
                person.add(title).await;
            }
            person.try_to_add("a title\n{\"action\":\"admin.promoted\"}").await;
        }
    };
    let mark = scene.ledger.mark();
    join_all((0..WRITERS).map(writer)).await;
    assert_eq!(scene.ledger.mark().unanswered, mark.unanswered);
    all_agree(scene, "16 writers").await;

    let events = without_admins(scene.trail.everything().await);
    let exported = without_admins(scene.trail.exported().await);
    assert_eq!(exported, events, "the tables say something else");
    let mut titles = HashMap::<_, usize>::new();
    for event in events.iter().filter(|event| event.action == "watchlist.item_added") {
        *titles.entry(event.title.clone().unwrap()).or_default() += 1;
    }
    assert_eq!(titles, TITLES.map(|title| (title.to_owned(), WRITERS)).into());

    for (person, user_agent) in people.iter().zip(USER_AGENTS) {
        let own = own(person).await;
        assert_eq!(own_exported(person).await, own, "the tables say something else");
        let of_all = events.iter().filter(|event| own.contains(event)).count();
        assert_eq!(of_all, own.len(), "one's own trail tells what the administrators' does not");
        assert!(own.iter().all(|event| event.user_agent.as_deref() == Some(user_agent)), "{own:?}");
    }
    println!("16 writers: {} titles, each one event and one record of CSV", WRITERS * TITLES.len());
}
