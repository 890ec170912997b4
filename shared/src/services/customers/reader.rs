use crate::{
    audit::Audit,
    domain::{AuditAction, Customer, CustomerId, Error, RequestSource, UserId},
    store::Customers,
};

/// Reads customers and enforces who may read them.
#[derive(Debug, Clone)]
pub struct CustomerReader {
    customers: Customers,
    audit: Audit,
}

/// The account that sends a request, with its role.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// The account.
    pub id: UserId,
    /// `true` for an administrator, who can read the customers of all accounts.
    pub is_admin: bool,
}

impl CustomerReader {
    /// Creates a reader that records administrators' reads in `audit`.
    #[must_use]
    pub const fn new(customers: Customers, audit: Audit) -> Self {
        Self { customers, audit }
    }

    /// Reads a customer of the caller. An administrator can read a customer of any account, and
    /// that read is recorded in the audit trail. Reading an own customer takes one read of the
    /// table.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the caller may not read the customer or it does not exist.
    /// [`Error::Unavailable`] when the table is unavailable or the audit event could not be
    /// recorded.
    pub async fn find(&self, caller: Caller, id: CustomerId, source: &RequestSource) -> Result<Customer, Error> {
        if let Some(own) = self.customers.get(caller.id, id).await? {
            return Ok(own);
        }
        if !caller.is_admin {
            return Err(Error::NotFound);
        }
        let customer = self.customers.get_any_owner(id).await?.ok_or(Error::NotFound)?;
        self.audit.record_now(AuditAction::viewed_customer(caller.id, id), source).await?;
        Ok(customer)
    }
}
