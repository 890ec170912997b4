//! What goes over the wire in more than one route. Stored items are never sent as they are.

use serde::{Serialize, Serializer};

use crate::domain::{Item, rfc3339};

/// The word `"ok"`, which clients of the first version of this API look for.
#[derive(Debug, Clone, Copy)]
pub struct StatusOk;

impl Serialize for StatusOk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("ok")
    }
}

/// A watchlist item.
#[derive(Debug, Clone, Serialize)]
pub struct WireItem {
    id: String,
    title: String,
    r#type: &'static str,
    created_at: String,
    updated_at: String,
}

impl From<&Item> for WireItem {
    fn from(item: &Item) -> Self {
        Self {
            id: item.id.to_string(),
            title: item.title.as_str().to_owned(),
            r#type: item.item_type.as_str(),
            created_at: rfc3339(item.created_at),
            updated_at: rfc3339(item.updated_at),
        }
    }
}

/// One item as the answer of a route.
#[derive(Debug, Clone, Serialize)]
pub struct ItemBody {
    status: StatusOk,
    item: WireItem,
}

impl From<&Item> for ItemBody {
    fn from(item: &Item) -> Self {
        Self { status: StatusOk, item: item.into() }
    }
}
