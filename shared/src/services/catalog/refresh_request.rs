use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{CustomerId, ProductId, rfc3339};

/// The version of the message format. It is incremented with every change that an older worker
/// would misread.
const VERSION: u32 = 1;

/// A request to refresh products, sent as an SQS message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshRequest {
    /// The time of the request. A cached product that was fetched at this time or later is not
    /// fetched again.
    pub requested_at: Timestamp,
    /// The customer whose favourites to refresh; `None` for all customers.
    pub customer: Option<CustomerId>,
    /// The products to refresh.
    pub product_ids: Vec<ProductId>,
    /// The last customer that an earlier run processed for the first product.
    pub resume_after: Option<CustomerId>,
}

/// The message is malformed, or its version is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a refresh request: {0}")]
pub struct InvalidRefreshRequest(String);

#[derive(Serialize, Deserialize)]
struct Message {
    version: u32,
    refresh: Refresh,
}

/// The version of a message. It is parsed first, so that an unknown version is reported as such.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refresh {
    asked_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
    product_ids: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    done_up_to: Option<String>,
}

impl RefreshRequest {
    /// The unfinished part of the request, from the product at `index` on.
    pub(super) fn rest(&self, index: usize, resume_after: Option<CustomerId>) -> Self {
        Self { product_ids: self.product_ids[index..].to_vec(), resume_after, ..self.clone() }
    }

    /// Serialises the request as a JSON message.
    pub(super) fn to_message(&self) -> String {
        let refresh = Refresh {
            asked_at: rfc3339(self.requested_at),
            customer: self.customer.map(|id| id.to_string()),
            product_ids: self.product_ids.iter().map(ToString::to_string).collect(),
            done_up_to: self.resume_after.map(|id| id.to_string()),
        };
        serde_json::to_string(&Message { version: VERSION, refresh }).unwrap_or_default()
    }

    /// Parses a JSON message.
    ///
    /// # Errors
    /// The message is malformed, or its version is unknown.
    pub fn parse(message: &str) -> Result<Self, InvalidRefreshRequest> {
        let invalid = |reason: &dyn ToString| InvalidRefreshRequest(reason.to_string());
        let Versioned { version } = serde_json::from_str(message).map_err(|error| invalid(&error))?;
        if version != VERSION {
            return Err(InvalidRefreshRequest(format!("version {version}")));
        }
        let Message { refresh, .. } = serde_json::from_str(message).map_err(|error| invalid(&error))?;
        let customer = |id: Option<String>| id.as_deref().map(CustomerId::parse).transpose();
        let product_ids = refresh.product_ids.iter().map(|id| ProductId::parse(id)).collect::<Result<_, _>>();
        Ok(Self {
            requested_at: refresh.asked_at.parse().map_err(|error: jiff::Error| invalid(&error))?,
            customer: customer(refresh.customer).map_err(|_| invalid(&"customer"))?,
            product_ids: product_ids.map_err(|_| invalid(&"product_ids"))?,
            resume_after: customer(refresh.done_up_to).map_err(|_| invalid(&"done_up_to"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_request_survives_a_round_trip() {
        let requested_at: Timestamp = "2026-11-21T08:00:00.123Z".parse().unwrap();
        let customer = CustomerId::new(requested_at, &Random::system());
        let product_ids = vec![ProductId::parse("1").unwrap(), ProductId::parse("abc-2").unwrap()];
        for (customer, resume_after) in [(None, None), (Some(customer), None), (None, Some(customer))] {
            let request = RefreshRequest { requested_at, customer, product_ids: product_ids.clone(), resume_after };
            assert_eq!(RefreshRequest::parse(&request.to_message()), Ok(request));
        }
    }

    #[test]
    fn an_invalid_message_is_rejected() {
        for message in [
            "",
            "{}",
            "[]",
            r#"{"version":2,"refresh":{}}"#,
            r#"{"version":1}"#,
            r#"{"version":1,"refresh":{"asked_at":"yesterday","product_ids":["1"]}}"#,
            r#"{"version":1,"refresh":{"asked_at":"2026-11-21T08:00:00Z","product_ids":["a b"]}}"#,
            r#"{"version":1,"refresh":{"asked_at":"2026-11-21T08:00:00Z","product_ids":["1"],"customer":"1"}}"#,
            r#"{"version":1,"refresh":{"asked_at":"2026-11-21T08:00:00Z","product_ids":["1"],"else":1}}"#,
        ] {
            assert!(RefreshRequest::parse(message).is_err(), "{message}");
        }
    }
}
