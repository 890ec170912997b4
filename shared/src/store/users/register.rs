use aws_sdk_dynamodb::types::{Put, TransactWriteItem};

use super::{Users, transaction::Outcome, write_credential, write_profile};
use crate::{
    domain::{StoredPassword, User},
    store::{Error, attributes::Attributes},
};

impl Users {
    /// Creates an account. Profile and credential stand in different partitions and must come to be together: a single
    /// conditional write is not enough.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the address has an account.
    pub async fn create(&self, user: &User, password: &StoredPassword) -> Result<(), Error> {
        let writes = vec![self.put_new(write_credential(user, password))?, self.put_new(write_profile(user))?];
        match self.transact(writes).await? {
            Outcome::Done => Ok(()),
            Outcome::ConditionFailed(_) => Err(Error::Conflict),
        }
    }

    fn put_new(&self, item: Attributes) -> Result<TransactWriteItem, Error> {
        let put = Put::builder().table_name(&self.0.name).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").build().map_err(Error::from_build)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}
