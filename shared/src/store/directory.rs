//! The index that lists items across partitions. It contains keys only and is eventually
//! consistent: a new item appears after a short delay.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use super::{
    Table,
    attributes::{Attributes, s},
    keys::{DIRECTORY, DIRECTORY_INDEX},
};

/// The maximum number of entries of a page whose entries are read one by one, from two items each.
/// Every item costs at least one read unit, so larger pages would cost more than 60.
pub(super) const MAX_PAGE: u8 = 28;

impl Table {
    /// A query of a list in the order of partition keys. `after` is the key of the last item of the
    /// previous page.
    pub(super) fn directory(&self, list: &str, after: Option<Attributes>) -> QueryFluentBuilder {
        let start = after.map(|mut key| {
            // The exclusive start key of an index query contains the keys of the table and of the
            // index.
            key.insert(DIRECTORY.to_owned(), s(list));
            key
        });
        self.query_index(DIRECTORY_INDEX)
            .key_condition_expression("directory = :list")
            .expression_attribute_values(":list", s(list))
            .set_exclusive_start_key(start)
    }
}
