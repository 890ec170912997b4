use super::{schemas, string};
use crate::{domain, services::favorites::Outcome as Added};

schemas! {
    /// What can be watched.
    ItemType = string().enum_values(Some([domain::ItemType::Movie, domain::ItemType::Show].map(domain::ItemType::as_str)));

    /// What an account may do: its own things, or everything.
    Role = string().enum_values(Some([domain::Role::User, domain::Role::Admin].map(domain::Role::as_str)));

    /// The order, by time of creation.
    SortOrder = string()
        .enum_values(Some(
            [domain::SortOrder::CreatedAtDesc, domain::SortOrder::CreatedAtAsc].map(domain::SortOrder::as_str),
        ))
        .default(Some(domain::SortOrder::default().as_str().into()));

    /// What was done, or tried.
    Action = string()
        .enum_values(Some(domain::Action::ALL.iter().map(|action| action.as_str())))
        .examples(["watchlist.item_added"]);

    /// How it ended.
    Outcome = string().enum_values(Some(domain::Outcome::ALL.iter().map(|outcome| outcome.as_str())));

    /// What kind of thing it was done to.
    TargetType = string().enum_values(Some(domain::TargetType::ALL.iter().map(|kind| kind.as_str()))).examples(["item"]);

    /// What became of one product: now a favourite; one already; nothing the catalogue has; or the catalogue did not say.
    AddResult = string().enum_values(Some(
        [Added::Added(None), Added::Duplicate(None), Added::NotFound, Added::Unavailable].map(|outcome| outcome.as_str()),
    ));
}
