//! Parsing of the catalogue's responses, the same for all adapters.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{
    CatalogError, CatalogPage,
    adapter::{Adapter, PageItems},
};
use crate::{
    domain::{Product, ProductId},
    upstream::client::Response,
};

/// Parses the requested product. Returns `None` when the catalogue reports it as absent.
pub(super) fn product(
    adapter: &dyn Adapter,
    id: &ProductId,
    response: &Response,
) -> Result<Option<Product>, CatalogError> {
    let body = json(response)?;
    if adapter.is_absent(response.status, body) {
        return Ok(None);
    }
    if !response.status.is_success() {
        // Sent by a proxy, or by another service at a wrong URL.
        return Err(invalid_response("a 404 that is not in the catalogue's format"));
    }
    let product = parse_product(adapter, body)?;
    if product.id == *id { Ok(Some(product)) } else { Err(invalid_response("not the requested product")) }
}

/// Parses a page and leaves out its invalid products.
pub(super) fn page(adapter: &dyn Adapter, page: u32, response: &Response) -> Result<CatalogPage, CatalogError> {
    let page_items = adapter.page_items(page, response.status, json(response)?);
    let PageItems { items, has_more } = page_items.ok_or_else(|| invalid_response("not a page of products"))?;
    let (mut products, mut first_error) = (Vec::new(), None);
    for item in &items {
        match parse_product(adapter, item) {
            Ok(product) => products.push(product),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    if let Some(error) = first_error {
        if products.is_empty() {
            return Err(invalid_response("a page without a valid product"));
        }
        let (skipped, cause) = (items.len() - products.len(), error.cause());
        tracing::warn!(page, skipped, %error, cause, "invalid products were left out of a catalogue page");
    }
    Ok(CatalogPage { products, has_more })
}

fn parse_product(adapter: &dyn Adapter, json: &RawValue) -> Result<Product, CatalogError> {
    let product = adapter.product(json).ok_or_else(|| invalid_response("not a product"))?;
    Ok(Product { id: product.id, snapshot: product.snapshot.map_err(CatalogError::InvalidProduct)? })
}

fn json(response: &Response) -> Result<&RawValue, CatalogError> {
    serde_json::from_slice(&response.body).map_err(|_| invalid_response("not JSON"))
}

/// An error with a fixed text. The JSON parser's own error may quote the response at any length.
fn invalid_response(reason: &'static str) -> CatalogError {
    CatalogError::InvalidResponse(Arc::new(InvalidResponse(reason)))
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct InvalidResponse(&'static str);

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Mutex, PoisonError},
    };

    use reqwest::StatusCode;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;
    use crate::{config::CatalogKind, upstream::catalog::adapter_for};

    /// The captured log.
    #[derive(Clone, Default)]
    struct CapturedLog(Arc<Mutex<Vec<u8>>>);

    impl io::Write for CapturedLog {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for CapturedLog {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn a_page_with_invalid_products_is_logged_once() {
        let valid = |id: u32| format!(r#"{{"id":{id},"title":"A","price":1}}"#);
        let invalid = r#"{"id":3,"title":"do-not-log","price":-1}"#;
        let body = format!("[{},{invalid},{invalid},null,{}]", valid(1), valid(2));
        let (log, response) = (CapturedLog::default(), Response { status: StatusCode::OK, body: body.into() });
        let subscriber = tracing_subscriber::fmt().json().with_writer(log.clone()).finish();
        let page = tracing::subscriber::with_default(subscriber, || {
            page(adapter_for(CatalogKind::Simple), 7, &response).unwrap()
        });
        assert_eq!(page.products.len(), 2);
        let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let line: serde_json::Value = serde_json::from_str(&logged).unwrap();
        assert_eq!(
            (&line["level"], &line["fields"]["skipped"], &line["fields"]["page"]),
            (&"WARN".into(), &3.into(), &7.into())
        );
        assert!(
            line["fields"]["cause"].as_str().unwrap().contains("price") && !logged.contains("do-not-log"),
            "{logged}"
        );
    }
}
