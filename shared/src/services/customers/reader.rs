use crate::{
    audit::Audit,
    domain::{Act, Customer, CustomerId, Error, Origin, UserId},
    store::Customers,
};

/// Finds the customers that somebody may see.
#[derive(Debug, Clone)]
pub struct CustomerReader {
    customers: Customers,
    audit: Audit,
}

/// Who looks.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// The account.
    pub id: UserId,
    /// Whether it is an administrator's, who sees everybody's.
    pub is_admin: bool,
}

impl CustomerReader {
    /// Looks in `customers` and tells `audit` what administrators look at.
    #[must_use]
    pub const fn new(customers: Customers, audit: Audit) -> Self {
        Self { customers, audit }
    }

    /// The customer, which is one of the reader's own, or anybody's for an administrator: that is recorded. One read for the
    /// owner.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none that the reader may see. The table does not answer.
    pub async fn find(&self, reader: Reader, id: CustomerId, origin: &Origin) -> Result<Customer, Error> {
        if let Some(own) = self.customers.get(reader.id, id).await? {
            return Ok(own);
        }
        if !reader.is_admin {
            return Err(Error::NotFound);
        }
        let customer = self.customers.of_any_owner(id).await?.ok_or(Error::NotFound)?;
        self.audit.note(Act::viewed_customer(reader.id, id), origin).await?;
        Ok(customer)
    }
}
