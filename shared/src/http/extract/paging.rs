use utoipa::IntoParams;

use super::{Fields, FromFields, KnownParameters};
use crate::{
    auth::CursorKey,
    domain::{Email, Error, PageSize},
    http::schema,
};

/// Which page of a list is asked for: `limit` and `cursor`.
#[derive(Debug, Clone, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many entries the page has at most.
    #[param(inline, value_type = schema::PageSize, required = false)]
    pub limit: PageSize,
    /// The `next_cursor` of the page before. It is good for the same user and the same query only.
    #[param(inline, value_type = schema::Cursor, required = false)]
    cursor: Option<String>,
}

/// A page of a list, or the one entry with an address: `email` besides.
#[derive(Debug, Clone, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PagingOrEmail {
    /// Which page; described by its own type.
    #[param(ignore)]
    pub paging: Paging,
    /// Only the one with this address.
    #[param(inline, value_type = schema::Email, required = false)]
    pub email: Option<Email>,
}

impl Paging {
    /// Where the page begins, as the cursor says; `None` for the first.
    ///
    /// # Errors
    /// [`Error::BadCursor`] for a cursor that was not made for this scope.
    pub fn position(&self, cursors: &CursorKey, scope: &str) -> Result<Option<Vec<u8>>, Error> {
        self.cursor.as_deref().map(|cursor| cursors.open(scope, cursor)).transpose()
    }

    /// The parameters that the link to the next page repeats.
    #[must_use]
    pub fn kept(&self) -> [(&'static str, String); 1] {
        [("limit", self.limit.get().to_string())]
    }
}

impl KnownParameters for Paging {
    const NAMES: &'static [&'static str] = &["limit", "cursor"];
}

impl FromFields for Paging {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let limit = fields.optional("limit", PageSize::parse);
        let cursor = fields.optional("cursor", |text| Ok(text.to_owned()));
        Some(Self { limit: limit?.unwrap_or_default(), cursor: cursor? })
    }
}

impl KnownParameters for PagingOrEmail {
    const NAMES: &'static [&'static str] = &["email", "limit", "cursor"];
}

impl FromFields for PagingOrEmail {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.optional("email", Email::parse);
        let paging = Paging::from_fields(fields);
        Some(Self { paging: paging?, email: email? })
    }
}
