use serde::Serialize;

use super::WireSnapshot;
use crate::domain::{Favorite, PastState, rfc3339};

/// A favourite: what the product was, and beside it what it is.
#[derive(Debug, Clone, Serialize)]
pub struct WireFavorite {
    product_id: String,
    #[serde(flatten)]
    frozen: WireSnapshot,
    favorited_at: String,
    current: WireCurrent,
    /// A decimal as text, like the prices.
    price_change: String,
}

#[derive(Debug, Clone, Serialize)]
struct WireCurrent {
    #[serde(flatten)]
    snapshot: WireSnapshot,
    refreshed_at: String,
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
#[derive(Debug, Clone, Serialize)]
pub struct WirePastState {
    at: String,
    #[serde(flatten)]
    snapshot: WireSnapshot,
    available: bool,
}

impl From<&PastState> for WirePastState {
    fn from(state: &PastState) -> Self {
        Self { at: rfc3339(state.at), snapshot: (&state.snapshot).into(), available: state.available }
    }
}
