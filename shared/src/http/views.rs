//! JSON representations that several routes return. Domain values are never serialized directly.

use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

mod customer;
mod favorite;
mod product;

pub use customer::CustomerView;
pub use favorite::{FavoriteView, PastStateView};
pub use product::{ProductView, SnapshotView};

use super::schema;
use crate::{
    domain::{Item, rfc3339},
    store::Account,
};

/// The string `"ok"`, which clients of the first version of this API expect.
#[derive(Debug, Clone, Copy)]
pub struct StatusOk;

impl Serialize for StatusOk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("ok")
    }
}

impl PartialSchema for StatusOk {
    fn schema() -> RefOr<Schema> {
        schema::string().enum_values(Some(["ok"])).build().into()
    }
}

impl ToSchema for StatusOk {}

/// A watchlist item.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Item)]
pub struct ItemView {
    #[schema(value_type = schema::Id)]
    id: String,
    #[schema(value_type = schema::Title)]
    title: String,
    #[schema(value_type = schema::ItemType)]
    r#type: &'static str,
    #[schema(value_type = schema::Timestamp)]
    created_at: String,
    #[schema(value_type = schema::Timestamp)]
    updated_at: String,
}

impl From<&Item> for ItemView {
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

/// A response with one item.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ItemBody)]
pub struct ItemResponse {
    status: StatusOk,
    item: ItemView,
}

impl From<&Item> for ItemResponse {
    fn from(item: &Item) -> Self {
        Self { status: StatusOk, item: item.into() }
    }
}

/// An account, as administrators see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountView {
    #[schema(value_type = schema::Id)]
    id: String,
    #[schema(value_type = schema::Email)]
    email: String,
    #[schema(value_type = schema::Role)]
    role: &'static str,
    /// `true` if an administrator has disabled the account, so that nobody can sign in.
    disabled: bool,
    #[schema(value_type = schema::Timestamp)]
    created_at: String,
    #[schema(value_type = Option<schema::Timestamp>, required = true)]
    last_login_at: Option<String>,
}

impl From<&Account> for AccountView {
    fn from(Account { user, last_login_at }: &Account) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.as_str().to_owned(),
            role: user.role.as_str(),
            disabled: user.disabled,
            created_at: rfc3339(user.created_at),
            last_login_at: last_login_at.map(rfc3339),
        }
    }
}
