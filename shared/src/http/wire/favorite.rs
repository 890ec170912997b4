use serde::Serialize;
use utoipa::ToSchema;

use super::WireSnapshot;
use crate::{
    domain::{Favorite, PastState, rfc3339},
    http::schema,
};

/// A favourite: what the product was, and beside it what it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Favorite)]
pub struct WireFavorite {
    #[schema(value_type = schema::ProductId)]
    product_id: String,
    #[serde(flatten)]
    frozen: WireSnapshot,
    #[schema(value_type = schema::Timestamp)]
    favorited_at: String,
    current: WireCurrent,
    #[schema(value_type = schema::PriceChange)]
    price_change: String,
}

/// What the product is now, as far as the last refresh saw.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CurrentState)]
struct WireCurrent {
    #[serde(flatten)]
    snapshot: WireSnapshot,
    /// When the catalogue said so: moves with each change, and once an hour without one.
    #[schema(value_type = schema::Timestamp)]
    refreshed_at: String,
    /// Whether the catalogue still has it.
    available: bool,
}

impl From<&Favorite> for WireFavorite {
    fn from(favorite: &Favorite) -> Self {
        let current = &favorite.current;
        Self {
            product_id: favorite.product_id.to_string(),
            frozen: (&favorite.frozen).into(),
            favorited_at: rfc3339(favorite.favorited_at),
            current: WireCurrent {
                snapshot: (&current.snapshot).into(),
                refreshed_at: rfc3339(current.refreshed_at),
                available: current.available,
            },
            price_change: favorite.price_change(),
        }
    }
}

/// What a favourite was from some moment on.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PastState)]
pub struct WirePastState {
    /// From when.
    #[schema(value_type = schema::Timestamp)]
    at: String,
    #[serde(flatten)]
    snapshot: WireSnapshot,
    /// Whether the catalogue had it.
    available: bool,
}

impl From<&PastState> for WirePastState {
    fn from(state: &PastState) -> Self {
        Self { at: rfc3339(state.at), snapshot: (&state.snapshot).into(), available: state.available }
    }
}
