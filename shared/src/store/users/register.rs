use super::{Users, write_credential, write_profile};
use crate::{
    domain::{StoredPassword, User},
    store::{Error, transaction::Outcome},
};

impl Users {
    /// Creates an account. Profile and credential stand in different partitions and must come to be together: a single
    /// conditional write is not enough.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the address has an account.
    pub async fn create(&self, user: &User, password: &StoredPassword) -> Result<(), Error> {
        let writes = vec![self.0.put_new(write_credential(user, password))?, self.0.put_new(write_profile(user))?];
        match self.0.transact(writes).await? {
            Outcome::Done => Ok(()),
            Outcome::ConditionFailed(_) => Err(Error::Conflict),
        }
    }
}
