use shared::{
    auth::CursorKey,
    domain::{Error, Invalid, ItemId, ItemType, PageSize, Skip, SortOrder, UserId},
    http::extract::{Fields, FromFields, KnownParameters},
    store::{Query, Start},
};

/// The query string of a list.
#[derive(Debug)]
pub(crate) struct ListQuery {
    pub(crate) skip: Skip,
    pub(crate) limit: PageSize,
    item_type: Option<ItemType>,
    sort: SortOrder,
    cursor: Option<String>,
}

impl KnownParameters for ListQuery {
    const NAMES: &'static [&'static str] = &["skip", "limit", "type", "sort", "cursor"];
}

impl FromFields for ListQuery {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let skip = fields.optional("skip", Skip::parse);
        let limit = fields.optional("limit", PageSize::parse);
        let item_type = fields.optional("type", ItemType::parse);
        let sort = fields.optional("sort", SortOrder::parse);
        let cursor = fields.optional("cursor", |text| Ok(text.to_owned()));
        if matches!((&skip, &cursor), (Some(Some(_)), Some(Some(_)))) {
            fields.refuse("skip", Invalid::new("excluded", "must not be given together with cursor"));
        }
        Some(Self {
            skip: skip?.unwrap_or_default(),
            limit: limit?.unwrap_or_default(),
            item_type: item_type?,
            sort: sort?.unwrap_or_default(),
            cursor: cursor?,
        })
    }
}

impl ListQuery {
    /// What a cursor is bound to: the user and everything that decides which items come in which order. The page's size
    /// may change from page to page.
    pub(crate) fn scope(&self, owner: UserId) -> String {
        let item_type = self.item_type.map_or("all", ItemType::as_str);
        format!("watchlist {owner} {item_type} {}", self.sort.as_str())
    }

    /// The query as the store takes it.
    pub(crate) fn stored(&self, scope: &str, cursors: &CursorKey) -> Result<Query, Error> {
        let start = match &self.cursor {
            None => Start::Skip(self.skip),
            Some(cursor) => {
                let position = cursors.open(scope, cursor)?;
                Start::After(ItemId::from_bytes(&position).ok_or(Error::BadCursor)?)
            }
        };
        Ok(Query { item_type: self.item_type, sort: self.sort, limit: self.limit, start })
    }

    /// The parameters that the link to the next page repeats.
    pub(crate) fn kept(&self) -> Vec<(&'static str, String)> {
        let mut kept = vec![("limit", self.limit.get().to_string()), ("sort", self.sort.as_str().to_owned())];
        kept.extend(self.item_type.map(|item_type| ("type", item_type.as_str().to_owned())));
        kept
    }
}
