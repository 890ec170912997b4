use aws_sdk_dynamodb::{
    operation::create_table::CreateTableError,
    types::{
        AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
        GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType, LocalSecondaryIndex, Projection, ProjectionType,
        ScalarAttributeType, TimeToLiveSpecification,
    },
};

use super::{
    Error, Table,
    keys::{AUDIT_INDEX, AUDIT_SHARD, BY_TYPE, DIRECTORY, DIRECTORY_INDEX, EXPIRES_AT, ITEM_KEYS, PK, SK, TYPE_ID},
};

impl Table {
    /// Creates the table on this machine. `template.yaml` declares the same table for
    /// CloudFormation; a test compares the two. An existing table gets the indexes that it lacks.
    ///
    /// # Errors
    /// The API rejects the request or does not respond.
    pub async fn create_if_missing(&self) -> Result<(), Error> {
        let by_type = LocalSecondaryIndex::builder()
            .index_name(BY_TYPE)
            .set_key_schema(Some(vec![key(PK, KeyType::Hash)?, key(TYPE_ID, KeyType::Range)?]))
            .projection(Projection::builder().projection_type(ProjectionType::All).build())
            .build()
            .map_err(Error::from_build)?;
        let created = self
            .client
            .create_table()
            .table_name(&*self.name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(attributes()?))
            .set_key_schema(Some(vec![key(PK, KeyType::Hash)?, key(SK, KeyType::Range)?]))
            .local_secondary_indexes(by_type)
            .set_global_secondary_indexes(Some(global_indexes()?))
            .send()
            .await;
        match created {
            Ok(_) => self.enable_ttl().await,
            Err(error) if error.as_service_error().is_some_and(CreateTableError::is_resource_in_use_exception) => {
                self.create_missing_indexes().await
            }
            Err(error) => Err(Error::from_sdk(error)),
        }
    }

    async fn create_missing_indexes(&self) -> Result<(), Error> {
        let output = self.client.describe_table().table_name(&*self.name).send().await.map_err(Error::from_sdk)?;
        let existing = output.table.map(|table| table.global_secondary_indexes.unwrap_or_default()).unwrap_or_default();
        for index in global_indexes()? {
            if existing.iter().any(|existing| existing.index_name() == Some(index.index_name())) {
                continue;
            }
            let create = CreateGlobalSecondaryIndexAction::builder()
                .index_name(index.index_name)
                .set_key_schema(Some(index.key_schema))
                .set_projection(index.projection)
                .build()
                .map_err(Error::from_build)?;
            let update = self
                .client
                .update_table()
                .table_name(&*self.name)
                .set_attribute_definitions(Some(attributes()?))
                .global_secondary_index_updates(GlobalSecondaryIndexUpdate::builder().create(create).build());
            update.send().await.map_err(Error::from_sdk)?;
        }
        Ok(())
    }

    async fn enable_ttl(&self) -> Result<(), Error> {
        let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name(EXPIRES_AT).build();
        let update = self.client.update_time_to_live().table_name(&*self.name);
        let update = update.time_to_live_specification(ttl.map_err(Error::from_build)?);
        update.send().await.map(drop).map_err(Error::from_sdk)
    }
}

/// The key attributes of the table and its indexes.
fn attributes() -> Result<Vec<AttributeDefinition>, Error> {
    [PK, SK, TYPE_ID, DIRECTORY, AUDIT_SHARD].into_iter().map(text).collect()
}

fn global_indexes() -> Result<Vec<GlobalSecondaryIndex>, Error> {
    let index = |name, hash, range, projection: ProjectionType| {
        GlobalSecondaryIndex::builder()
            .index_name(name)
            .set_key_schema(Some(vec![key(hash, KeyType::Hash)?, key(range, KeyType::Range)?]))
            .projection(Projection::builder().projection_type(projection).build())
            .build()
            .map_err(Error::from_build)
    };
    Ok(vec![
        index(DIRECTORY_INDEX, DIRECTORY, PK, ProjectionType::KeysOnly)?,
        index(AUDIT_INDEX, AUDIT_SHARD, SK, ProjectionType::All)?,
        index(ITEM_KEYS, PK, TYPE_ID, ProjectionType::KeysOnly)?,
    ])
}

fn text(name: &str) -> Result<AttributeDefinition, Error> {
    let definition = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
    definition.build().map_err(Error::from_build)
}

fn key(name: &str, key_type: KeyType) -> Result<KeySchemaElement, Error> {
    KeySchemaElement::builder().attribute_name(name).key_type(key_type).build().map_err(Error::from_build)
}
