use utoipa::IntoParams;

use super::{Fields, FromFields, KnownParameters};
use crate::{
    auth::CursorKey,
    domain::{Email, Error, PageSize},
    http::schema,
};

/// The `limit` and `cursor` of a list.
#[derive(Debug, Clone, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The maximum number of entries of the page.
    #[param(inline, value_type = schema::PageSize, required = false)]
    pub limit: PageSize,
    /// The `next_cursor` of the previous page. It is valid for the same user and the same query
    /// only.
    #[param(inline, value_type = schema::Cursor, required = false)]
    cursor: Option<String>,
}

/// The `limit`, `cursor` and `email` of a list whose entries have unique e-mail addresses.
#[derive(Debug, Clone, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PagingOrEmail {
    /// The page. Its own type documents it.
    #[param(ignore)]
    pub paging: Paging,
    /// Only the entry with this e-mail address.
    #[param(inline, value_type = schema::Email, required = false)]
    pub email: Option<Email>,
}

impl Paging {
    /// Returns the position after which the page begins, from the cursor; `None` for the first
    /// page.
    ///
    /// # Errors
    /// [`Error::BadCursor`] when the cursor was not made for this scope.
    pub fn position(&self, cursors: &CursorKey, scope: &str) -> Result<Option<Vec<u8>>, Error> {
        self.cursor.as_deref().map(|cursor| cursors.open(scope, cursor)).transpose()
    }

    /// Returns the parameters that the link to the next page repeats.
    #[must_use]
    pub fn link_parameters(&self) -> [(&'static str, String); 1] {
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
