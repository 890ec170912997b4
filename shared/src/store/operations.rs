//! Single-item operations and queries. Each builder already names the table and the key.

use aws_sdk_dynamodb::operation::{
    delete_item::builders::DeleteItemFluentBuilder, put_item::builders::PutItemFluentBuilder,
    query::builders::QueryFluentBuilder, update_item::builders::UpdateItemFluentBuilder,
};

use super::{
    Error, Table,
    attributes::{Attributes, s},
};

impl Table {
    /// Reads one item, strongly consistent.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub(super) async fn get(&self, key: Attributes) -> Result<Option<Attributes>, Error> {
        let get = self.client.get_item().table_name(&*self.name).set_key(Some(key)).consistent_read(true);
        Ok(Box::pin(get.send()).await.map_err(Error::from_sdk)?.item)
    }

    /// Reads one item, eventually consistent: at half the price, and possibly a moment old.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub(super) async fn get_eventually_consistent(&self, key: Attributes) -> Result<Option<Attributes>, Error> {
        let get = self.client.get_item().table_name(&*self.name).set_key(Some(key));
        Ok(Box::pin(get.send()).await.map_err(Error::from_sdk)?.item)
    }

    /// A `PutItem` request for this item.
    pub(super) fn put(&self, item: Attributes) -> PutItemFluentBuilder {
        self.client.put_item().table_name(&*self.name).set_item(Some(item))
    }

    /// An `UpdateItem` request for the item with this key.
    pub(super) fn update(&self, key: Attributes) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&*self.name).set_key(Some(key))
    }

    /// A `DeleteItem` request for the item with this key.
    pub(super) fn delete(&self, key: Attributes) -> DeleteItemFluentBuilder {
        self.client.delete_item().table_name(&*self.name).set_key(Some(key))
    }

    /// A strongly consistent query of a whole partition. The caller may replace the key condition;
    /// `:pk` stays defined.
    pub(super) fn query(&self, partition: impl Into<String>) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&*self.name)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(partition))
    }

    /// A strongly consistent query of the items in a partition with a sort key prefix.
    pub(super) fn query_prefix(&self, partition: impl Into<String>, prefix: impl Into<String>) -> QueryFluentBuilder {
        self.query(partition)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":prefix", s(prefix))
    }

    /// An eventually consistent query of an index. The caller sets the key condition.
    pub(super) fn query_index(&self, index: &str) -> QueryFluentBuilder {
        self.client.query().table_name(&*self.name).index_name(index)
    }
}
