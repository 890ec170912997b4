//! Accounts. Each is two items: a profile, found by id, and a credential, found by e-mail address.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, primary_key},
    keys::{self, CREDENTIAL, DIRECTORY, PK, PROFILE, SK},
    transaction::TransactWrite,
};
use crate::domain::{Credential, Email, Lockout, Role, StoredPassword, User, UserId};

mod admins;
mod delete;
mod directory;
mod register;
mod sign_in;

pub use admins::{AccountChanges, AccountUpdate};
pub use directory::{Account, AccountPage};
pub use register::Registration;
pub use sign_in::FailedAttempt;

/// A handle to the accounts.
#[derive(Debug, Clone)]
pub struct Users(Table);

impl Users {
    /// Creates a handle to the accounts in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Returns the credential of an e-mail address.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn credential(&self, email: &Email) -> Result<Option<Credential>, Error> {
        let item = self.0.get(credential_key(email)).await?;
        item.as_ref().map(read_credential).transpose()
    }

    /// Returns an account.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn get(&self, id: UserId) -> Result<Option<User>, Error> {
        let item = self.0.get(profile_key(id)).await?;
        item.as_ref().map(read_profile).transpose()
    }
}

/// A check for a transaction: the account exists and is enabled. An account that is being deleted
/// is disabled first, so nothing is added to it.
pub(super) fn enabled_check(table: &Table, id: UserId) -> Result<TransactWriteItem, Error> {
    let check = table.transact_check(profile_key(id));
    let check = check.condition_expression("disabled = :false");
    let check = check.expression_attribute_values(":false", AttributeValue::Bool(false));
    check.into_write()
}

fn profile_key(id: UserId) -> Attributes {
    primary_key(keys::user(id), PROFILE)
}

fn credential_key(email: &Email) -> Attributes {
    primary_key(keys::email(email), CREDENTIAL)
}

fn write_profile(user: &User) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::user(user.id))
        .text(SK, PROFILE)
        .text(DIRECTORY, keys::ALL_USERS)
        .text("email", user.email.as_str())
        .text("role", user.role.as_str())
        .flag("disabled", user.disabled)
        .time("created_at", user.created_at)
        .finish()
}

fn write_credential(user: &User, password: &StoredPassword) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::email(&user.email))
        .text(SK, CREDENTIAL)
        .text("user_id", user.id.to_string())
        .text("password_hash", &password.phc)
        .optional_text("pepper", password.pepper.as_deref())
        .text("role", user.role.as_str())
        .flag("disabled", user.disabled)
        .number("failures", 0)
        .finish()
}

fn read_profile(item: &Attributes) -> Result<User, Error> {
    let item = ItemReader(item);
    Ok(User {
        id: UserId::parse(item.text_after(PK, keys::USER_PREFIX)?)?,
        email: Email::from_stored(item.text("email")?),
        role: Role::parse(item.text("role")?)?,
        disabled: item.flag("disabled")?,
        created_at: item.time("created_at")?,
    })
}

fn read_credential(item: &Attributes) -> Result<Credential, Error> {
    let item = ItemReader(item);
    let failed_attempts = u32::try_from(item.number("failures")?).unwrap_or(u32::MAX);
    Ok(Credential {
        user_id: UserId::parse(item.text("user_id")?)?,
        email: Email::from_stored(item.text_after(PK, keys::EMAIL_PREFIX)?),
        password: StoredPassword {
            phc: item.text("password_hash")?.to_owned(),
            pepper: item.optional_text("pepper").map(str::to_owned),
        },
        role: Role::parse(item.text("role")?)?,
        disabled: item.flag("disabled")?,
        lockout: Lockout { failed_attempts, last_failed_at: item.optional_time("last_failed_at")? },
        last_login_at: item.optional_time("last_login_at")?,
    })
}
