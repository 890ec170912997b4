//! Asserts that clients, table, audit trail and counters agree.

use std::collections::HashSet;

use super::{
    TestContext,
    drain::drain,
    request_log::Outcome,
    storage::{TableContents, message_count},
    trail::{Event, without_admin_actions},
};

/// Waits until every event has arrived. Then asserts that the clients' request log, the table, the
/// audit trail and the counters agree. `when` is a label for the printed measurements.
pub(crate) async fn assert_consistent(context: &TestContext<'_>, when: &str) {
    let TestContext { stack, log, trail, .. } = context;
    let (duration, relays) = drain(stack).await;
    let table = TableContents::read(stack).await;
    // Read before the event of this very request is stored.
    let stats = trail.stats().await;
    let in_trail = trail.events().await;
    let events = without_admin_actions(in_trail.clone());

    let unknown_with_event = log.assert_matches(&events);
    assert_eq!(message_count(stack, "audit-dlq").await, 0, "the dead-letter queue has events");

    let stored: HashSet<&str> = table.events.iter().map(String::as_str).collect();
    assert_eq!(stored.len(), table.events.len(), "an event is stored twice");
    assert_eq!(stats["audit_events"], table.events.len(), "{stats:#}");
    let (later, in_trail): (Vec<_>, Vec<_>) = in_trail.iter().partition(|event| !stored.contains(event.id.as_str()));
    assert_eq!(in_trail.len(), stored.len(), "the trail lacks stored events");
    // The requests of this comparison create events too.
    assert!(later.iter().all(|event| event.action == "admin.viewed"), "the trail has events not stored: {later:?}");
    assert_eq!(stats["users"], table.users, "{stats:#}");

    let unaudited = count_unaudited_removals(context, &table, &events);
    let items = table.watchlist_items.len() + unaudited;
    assert_eq!(stats["watchlist_items"], items, "{unaudited} unaudited removals: {stats:#}");
    println!(
        "{when}: drained after {duration:?} with {relays} relays; {} events stored, {} of them not an administrator's, \
         {unknown_with_event} of changes with an unknown outcome; {} items, {unaudited} more removed without an event; \
         {} users",
        table.events.len(),
        events.len(),
        table.watchlist_items.len(),
        table.users,
    );
}

/// Counts the items that were removed without an event: the function was killed between the removal
/// and the event, and its client got no response.
fn count_unaudited_removals(context: &TestContext<'_>, table: &TableContents, events: &[Event]) -> usize {
    let targets_of = |action: &str| -> HashSet<String> {
        let matching = events.iter().filter(|event| event.action == action);
        matching.filter_map(|event| event.target.clone()).collect()
    };
    let (added, removed) = (targets_of("watchlist.item_added"), targets_of("watchlist.item_removed"));
    assert!(table.watchlist_items.is_subset(&added), "a stored item has no event");
    assert!(table.watchlist_items.is_disjoint(&removed), "a stored item has an event of its removal");
    let unknown: HashSet<String> =
        context.log.targets("watchlist.item_removed", Outcome::Unknown).into_iter().collect();
    let mut unaudited = 0;
    for id in added.iter().filter(|id| !table.watchlist_items.contains(*id) && !removed.contains(*id)) {
        assert!(unknown.contains(id), "the item {id} is gone without a removal of unknown outcome");
        unaudited += 1;
    }
    unaudited
}
