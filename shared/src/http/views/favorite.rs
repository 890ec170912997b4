use serde::Serialize;
use utoipa::ToSchema;

use super::SnapshotView;
use crate::{
    domain::{Favorite, PastState, rfc3339},
    http::schema,
};

/// A favourite: the product as it was when it was added, and in `current` as it is now.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Favorite)]
pub struct FavoriteView {
    #[schema(value_type = schema::ProductId)]
    product_id: String,
    #[serde(flatten)]
    frozen: SnapshotView,
    #[schema(value_type = schema::Timestamp)]
    favorited_at: String,
    current: CurrentStateView,
    #[schema(value_type = schema::PriceChange)]
    price_change: String,
}

/// The product as of the last refresh.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CurrentState)]
struct CurrentStateView {
    #[serde(flatten)]
    snapshot: SnapshotView,
    /// The time at which the catalogue returned this state. It moves with each change, and once an
    /// hour without one.
    #[schema(value_type = schema::Timestamp)]
    refreshed_at: String,
    /// `true` if the product is still in the catalogue.
    available: bool,
}

impl From<&Favorite> for FavoriteView {
    fn from(favorite: &Favorite) -> Self {
        let current = &favorite.current;
        Self {
            product_id: favorite.product_id.to_string(),
            frozen: (&favorite.frozen).into(),
            favorited_at: rfc3339(favorite.favorited_at),
            current: CurrentStateView {
                snapshot: (&current.snapshot).into(),
                refreshed_at: rfc3339(current.refreshed_at),
                available: current.available,
            },
            price_change: favorite.price_change(),
        }
    }
}

/// A past state of a favourite.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PastState)]
pub struct PastStateView {
    /// The time from which the state applied.
    #[schema(value_type = schema::Timestamp)]
    at: String,
    #[serde(flatten)]
    snapshot: SnapshotView,
    /// `true` if the product was in the catalogue.
    available: bool,
}

impl From<&PastState> for PastStateView {
    fn from(state: &PastState) -> Self {
        Self { at: rfc3339(state.at), snapshot: (&state.snapshot).into(), available: state.available }
    }
}
