use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};

use super::{Users, credential_key, profile_key};
use crate::{
    domain::{SessionId, User},
    store::{Error, attributes::Attributes, sessions::session_key},
};

impl Users {
    /// Takes away what is left of an account whose data is gone already: profile, credential and its owner's last session,
    /// together. It must be shut before, so that it is no administrator any more. Deleting it twice is the same.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn delete(&self, user: &User, last_session: Option<SessionId>) -> Result<(), Error> {
        let keys = [profile_key(user.id), credential_key(&user.email)].into_iter();
        let keys = keys.chain(last_session.map(|session| session_key(user.id, session)));
        let writes = keys.map(|key| self.delete_item(key));
        let writes = writes.collect::<Result<_, _>>()?;
        self.transact(writes).await.map(drop)
    }

    fn delete_item(&self, key: Attributes) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder().table_name(&self.0.name).set_key(Some(key));
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(Error::from_build)?).build())
    }
}
