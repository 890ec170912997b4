use serde::Serialize;

use crate::domain::{Customer, rfc3339};

/// A customer.
#[derive(Debug, Clone, Serialize)]
pub struct WireCustomer {
    id: String,
    /// The account that it belongs to; administrators see those of all.
    owner_id: String,
    name: String,
    email: String,
    created_at: String,
    updated_at: String,
}

impl From<&Customer> for WireCustomer {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id.to_string(),
            owner_id: customer.owner.to_string(),
            name: customer.name.as_str().to_owned(),
            email: customer.email.as_str().to_owned(),
            created_at: rfc3339(customer.created_at),
            updated_at: rfc3339(customer.updated_at),
        }
    }
}
