//! What is to be refreshed, as a message: versioned, so that what one version of a function sends, another one reads.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{CustomerId, ProductId, rfc3339};

/// Grows with every change that an older reader would misread.
const VERSION: u32 = 1;

/// Products to refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshRequest {
    /// When it was asked for: what was seen of a product since then is as good as asking again.
    pub asked_at: Timestamp,
    /// Whose favourites; `None` for everybody's.
    pub customer: Option<CustomerId>,
    /// The products.
    pub product_ids: Vec<ProductId>,
    /// The customer up to which the first product's favourites are done: it has more than fit into one go.
    pub done_up_to: Option<CustomerId>,
}

/// A message that is no request of ours: bad bytes, or a version that this code does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a refresh request: {0}")]
pub struct UnreadableRequest(String);

#[derive(Serialize, Deserialize)]
struct Message {
    version: u32,
    refresh: Refresh,
}

/// Read first, so that an unknown version is named as such.
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
    /// The message that says this.
    pub(super) fn write(&self) -> String {
        let refresh = Refresh {
            asked_at: rfc3339(self.asked_at),
            customer: self.customer.map(|id| id.to_string()),
            product_ids: self.product_ids.iter().map(ToString::to_string).collect(),
            done_up_to: self.done_up_to.map(|id| id.to_string()),
        };
        serde_json::to_string(&Message { version: VERSION, refresh }).unwrap_or_default()
    }

    /// The request that a message says.
    ///
    /// # Errors
    /// It is none of ours.
    pub fn read(message: &str) -> Result<Self, UnreadableRequest> {
        let unreadable = |why: &dyn ToString| UnreadableRequest(why.to_string());
        let Versioned { version } = serde_json::from_str(message).map_err(|error| unreadable(&error))?;
        if version != VERSION {
            return Err(UnreadableRequest(format!("version {version}")));
        }
        let Message { refresh, .. } = serde_json::from_str(message).map_err(|error| unreadable(&error))?;
        let customer = |id: Option<String>| id.as_deref().map(CustomerId::parse).transpose();
        let product_ids = refresh.product_ids.iter().map(|id| ProductId::parse(id)).collect::<Result<_, _>>();
        Ok(Self {
            asked_at: refresh.asked_at.parse().map_err(|error: jiff::Error| unreadable(&error))?,
            customer: customer(refresh.customer).map_err(|_| unreadable(&"customer"))?,
            product_ids: product_ids.map_err(|_| unreadable(&"product_ids"))?,
            done_up_to: customer(refresh.done_up_to).map_err(|_| unreadable(&"done_up_to"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let asked_at: Timestamp = "2026-11-21T08:00:00.123Z".parse().unwrap();
        let customer = CustomerId::new(asked_at, &Random::system());
        let product_ids = vec![ProductId::parse("1").unwrap(), ProductId::parse("abc-2").unwrap()];
        for (customer, done_up_to) in [(None, None), (Some(customer), None), (None, Some(customer))] {
            let request = RefreshRequest { asked_at, customer, product_ids: product_ids.clone(), done_up_to };
            assert_eq!(RefreshRequest::read(&request.write()), Ok(request));
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
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
            assert!(RefreshRequest::read(message).is_err(), "{message}");
        }
    }
}
