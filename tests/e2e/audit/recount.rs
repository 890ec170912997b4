//! Clients, table, trail and counters agree.

use std::collections::HashSet;

use super::{
    Scene,
    ledger::Outcome,
    rows::{Rows, messages_in},
    settle::settle,
    trail::{Event, without_admins},
};

/// Waits until every event has arrived and compares what the clients were told, what is stored, what the trail shows and what
/// the counters say. `when` is for the reader of the figures.
pub(crate) async fn all_agree(scene: &Scene<'_>, when: &str) {
    let Scene { stack, ledger, trail, .. } = scene;
    let (took, relays) = settle(stack).await;
    let rows = Rows::of(stack).await;
    // Asked before its own event is stored.
    let stats = trail.stats().await;
    let shown = trail.everything().await;
    let events = without_admins(shown.clone());

    let surprises = ledger.agrees_with(&events);
    assert_eq!(messages_in(stack, "audit-dlq").await, 0, "the worker has given up on events");

    let stored: HashSet<&str> = rows.events.iter().map(String::as_str).collect();
    assert_eq!(stored.len(), rows.events.len(), "an event is stored twice");
    assert_eq!(stats["audit_events"], rows.events.len(), "{stats:#}");
    let (later, shown): (Vec<_>, Vec<_>) = shown.iter().partition(|event| !stored.contains(event.id.as_str()));
    assert_eq!(shown.len(), stored.len(), "the trail does not show what is stored");
    // Those who compare leave traces too.
    assert!(later.iter().all(|event| event.action == "admin.viewed"), "the trail shows what is not stored: {later:?}");
    assert_eq!(stats["users"], rows.users, "{stats:#}");

    let untold = items_removed_untold(scene, &rows, &events);
    assert_eq!(stats["watchlist_items"], rows.watchlist_items.len() + untold, "{untold} untold: {stats:#}");
    println!(
        "{when}: all settled after {took:?} with {relays} relays; {} events stored, {} of them not an administrator's, \
         {surprises} of what nobody was told of; {} items, {untold} more removed untold; {} users",
        rows.events.len(),
        events.len(),
        rows.watchlist_items.len(),
        rows.users,
    );
}

/// How many items are gone without an event that says so: a function was killed between the removal and the event, and nobody
/// was told that it is done.
fn items_removed_untold(scene: &Scene<'_>, rows: &Rows, events: &[Event]) -> usize {
    let told = |action: &str| -> HashSet<String> {
        let these = events.iter().filter(|event| event.action == action);
        these.filter_map(|event| event.target.clone()).collect()
    };
    let (added, removed) = (told("watchlist.item_added"), told("watchlist.item_removed"));
    assert!(rows.watchlist_items.is_subset(&added), "an item is there of which nobody was told");
    assert!(rows.watchlist_items.is_disjoint(&removed), "an item is there of which the trail says that it is gone");
    let unknown: HashSet<String> =
        scene.ledger.targets("watchlist.item_removed", Outcome::Unknown).into_iter().collect();
    let mut untold = 0;
    for id in added.iter().filter(|id| !rows.watchlist_items.contains(*id) && !removed.contains(*id)) {
        assert!(unknown.contains(id), "the item {id} is gone, and nobody tried to remove it in vain");
        untold += 1;
    }
    untold
}
