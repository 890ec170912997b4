use super::{schemas, string};
use crate::{domain, services::favorites::ProductOutcome};

schemas! {
    /// The kind of watchlist item.
    ItemType = string().enum_values(Some([domain::ItemType::Movie, domain::ItemType::Show].map(domain::ItemType::as_str)));

    /// The role of an account: `user` for its own data, `admin` for all accounts.
    Role = string().enum_values(Some([domain::Role::User, domain::Role::Admin].map(domain::Role::as_str)));

    /// The sort order, by creation time.
    SortOrder = string()
        .enum_values(Some(
            [domain::SortOrder::CreatedAtDesc, domain::SortOrder::CreatedAtAsc].map(domain::SortOrder::as_str),
        ))
        .default(Some(domain::SortOrder::default().as_str().into()));

    /// The action that was taken or attempted.
    Action = string()
        .enum_values(Some(domain::ActionType::ALL.iter().map(|action| action.as_str())))
        .examples(["watchlist.item_added"]);

    /// The outcome of the action.
    Outcome = string().enum_values(Some(domain::Outcome::ALL.iter().map(|outcome| outcome.as_str())));

    /// The kind of resource that the action was applied to.
    TargetType = string().enum_values(Some(domain::TargetType::ALL.iter().map(|kind| kind.as_str()))).examples(["item"]);

    /// The result for one product: it was added; it was a favourite already; the catalogue does not
    /// have it; or the catalogue did not respond.
    AddResult = string().enum_values(Some(
        [
            ProductOutcome::Added(None),
            ProductOutcome::Duplicate(None),
            ProductOutcome::NotFound,
            ProductOutcome::Unavailable,
        ]
        .map(|outcome| outcome.as_str()),
    ));
}
