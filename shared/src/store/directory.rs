//! The index that lists things across partitions. It holds keys only, and is eventually consistent: a thing shows in its list a
//! moment after it was written.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use super::{
    Table,
    attributes::{Attributes, s},
    keys::{DIRECTORY, DIRECTORY_INDEX},
};

impl Table {
    /// A query of a list, in the order of partition keys, behind the item with this key.
    pub(super) fn directory(&self, list: &str, after: Option<Attributes>) -> QueryFluentBuilder {
        let start = after.map(|mut key| {
            // Where a query of an index goes on is said by the keys of the table and of the index.
            key.insert(DIRECTORY.to_owned(), s(list));
            key
        });
        self.query_index(DIRECTORY_INDEX)
            .key_condition_expression("directory = :list")
            .expression_attribute_values(":list", s(list))
            .set_exclusive_start_key(start)
    }
}
