use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, LocalSecondaryIndex, Projection,
    ProjectionType, ScalarAttributeType, TimeToLiveSpecification,
};

use super::{
    Error, Table,
    keys::{AUDIT_INDEX, AUDIT_SHARD, BY_TYPE, DIRECTORY, EXPIRES_AT, PK, SK, TYPE_ID, USERS_INDEX},
};

impl Table {
    /// Creates the table where CloudFormation does not: on this machine. `template.yaml` declares the same table; a test
    /// compares the two.
    ///
    /// # Errors
    /// The API refuses or does not answer. A table that exists already is fine.
    pub async fn create_if_missing(&self) -> Result<(), Error> {
        let by_type = LocalSecondaryIndex::builder()
            .index_name(BY_TYPE)
            .set_key_schema(Some(vec![key(PK, KeyType::Hash)?, key(TYPE_ID, KeyType::Range)?]))
            .projection(Projection::builder().projection_type(ProjectionType::All).build())
            .build()
            .map_err(Error::from_build)?;
        let users = GlobalSecondaryIndex::builder()
            .index_name(USERS_INDEX)
            .set_key_schema(Some(vec![key(DIRECTORY, KeyType::Hash)?, key(PK, KeyType::Range)?]))
            .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build())
            .build()
            .map_err(Error::from_build)?;
        let audit = GlobalSecondaryIndex::builder()
            .index_name(AUDIT_INDEX)
            .set_key_schema(Some(vec![key(AUDIT_SHARD, KeyType::Hash)?, key(SK, KeyType::Range)?]))
            .projection(Projection::builder().projection_type(ProjectionType::All).build())
            .build()
            .map_err(Error::from_build)?;
        let created = self
            .client
            .create_table()
            .table_name(&self.name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(vec![
                text(PK)?,
                text(SK)?,
                text(TYPE_ID)?,
                text(DIRECTORY)?,
                text(AUDIT_SHARD)?,
            ]))
            .set_key_schema(Some(vec![key(PK, KeyType::Hash)?, key(SK, KeyType::Range)?]))
            .local_secondary_indexes(by_type)
            .global_secondary_indexes(users)
            .global_secondary_indexes(audit)
            .send()
            .await;
        match created {
            Ok(_) => self.enable_ttl().await,
            Err(error)
                if error.as_service_error().is_some_and(
                    aws_sdk_dynamodb::operation::create_table::CreateTableError::is_resource_in_use_exception,
                ) =>
            {
                Ok(())
            }
            Err(error) => Err(Error::from_sdk(error)),
        }
    }

    async fn enable_ttl(&self) -> Result<(), Error> {
        let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name(EXPIRES_AT).build();
        let update = self.client.update_time_to_live().table_name(&self.name);
        let update = update.time_to_live_specification(ttl.map_err(Error::from_build)?);
        update.send().await.map(drop).map_err(Error::from_sdk)
    }
}

fn text(name: &str) -> Result<AttributeDefinition, Error> {
    let definition = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
    definition.build().map_err(Error::from_build)
}

fn key(name: &str, key_type: KeyType) -> Result<KeySchemaElement, Error> {
    KeySchemaElement::builder().attribute_name(name).key_type(key_type).build().map_err(Error::from_build)
}
