use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{Customer, rfc3339},
    http::schema,
};

/// A customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Customer)]
pub struct CustomerView {
    #[schema(value_type = schema::Id)]
    id: String,
    /// The account that the customer belongs to.
    #[schema(value_type = schema::Id)]
    owner_id: String,
    #[schema(value_type = schema::CustomerName)]
    name: String,
    #[schema(value_type = schema::Email)]
    email: String,
    #[schema(value_type = schema::Timestamp)]
    created_at: String,
    #[schema(value_type = schema::Timestamp)]
    updated_at: String,
}

impl From<&Customer> for CustomerView {
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
