use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{Put, TransactWriteItem},
};

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, s},
    keys::{self, CREDENTIAL, PK, PROFILE, SK},
};
use crate::domain::{Credential, Email, Role, User, UserId};

/// Accounts: a profile found by id and a credential found by e-mail.
#[derive(Debug, Clone)]
pub struct Users(Table);

/// Two registrations of one address at the same moment cancel each other's transaction; one of these tries finds the
/// other's credential.
const CREATE_ATTEMPTS: usize = 3;

impl Users {
    /// The accounts in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Creates an account. Profile and credential stand in different partitions and must come to be together: this is the
    /// one place where a single conditional write is not enough.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the address has an account.
    pub async fn create(&self, user: &User, password_hash: &str) -> Result<(), Error> {
        let writes = vec![self.put_new(credential_item(user, password_hash))?, self.put_new(profile_item(user))?];
        let mut attempt = 1;
        loop {
            let write = self.0.client.transact_write_items().set_transact_items(Some(writes.clone()));
            match write.send().await.map(drop).map_err(Error::from_transaction) {
                Err(Error::Throttled(_)) if attempt < CREATE_ATTEMPTS => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    /// The credential for an address.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn credential(&self, email: &Email) -> Result<Option<Credential>, Error> {
        let item = self.get(&keys::email(email), CREDENTIAL).await?;
        item.as_ref().map(read_credential).transpose()
    }

    /// An account by its id.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn get_user(&self, id: UserId) -> Result<Option<User>, Error> {
        let item = self.get(&keys::user(id), PROFILE).await?;
        item.as_ref().map(|item| read_profile(id, item)).transpose()
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Attributes>, Error> {
        let get = self.0.client.get_item().table_name(&self.0.name).key(PK, s(pk)).key(SK, s(sk));
        let output = get.consistent_read(true).send().await.map_err(Error::from_sdk)?;
        Ok(output.item)
    }

    fn put_new(&self, item: Attributes) -> Result<TransactWriteItem, Error> {
        let put = Put::builder().table_name(&self.0.name).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").build().map_err(Error::from_build)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

impl Error {
    /// A cancelled transaction says for each of its writes why.
    fn from_transaction<R>(error: SdkError<TransactWriteItemsError, R>) -> Self
    where
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let reasons: Vec<&str> = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect()
            }
            _ => Vec::new(),
        };
        if reasons.contains(&"ConditionalCheckFailed") {
            return Self::Conflict;
        }
        let retryable = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
        if reasons.iter().any(|reason| retryable.contains(reason)) {
            return Self::Throttled(std::sync::Arc::new(error));
        }
        Self::from_sdk(error)
    }
}

fn profile_item(user: &User) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::user(user.id))
        .text(SK, PROFILE)
        .text("email", user.email.as_str())
        .text("role", user.role.as_str())
        .flag("disabled", false)
        .time("created_at", user.created_at)
        .finish()
}

fn credential_item(user: &User, password_hash: &str) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::email(&user.email))
        .text(SK, CREDENTIAL)
        .text("user_id", user.id.to_string())
        .text("password_hash", password_hash)
        .text("role", user.role.as_str())
        .flag("disabled", false)
        .finish()
}

fn read_profile(id: UserId, item: &Attributes) -> Result<User, Error> {
    let item = ItemReader(item);
    Ok(User {
        id,
        email: Email::parse(item.text("email")?)?,
        role: Role::parse(item.text("role")?)?,
        created_at: item.time("created_at")?,
    })
}

fn read_credential(item: &Attributes) -> Result<Credential, Error> {
    let item = ItemReader(item);
    Ok(Credential {
        user_id: UserId::parse(item.text("user_id")?)?,
        password_hash: item.text("password_hash")?.to_owned(),
        role: Role::parse(item.text("role")?)?,
        disabled: item.flag("disabled")?,
    })
}
