//! From an answer to products, the same for all shapes.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{CatalogPage, Unreachable, shape::Rows, shape::Shape};
use crate::{
    domain::{Product, ProductId},
    upstream::client::Answer,
};

/// The product that was asked for; `None` when the catalogue says that there is none.
pub(super) fn product(shape: &dyn Shape, id: &ProductId, answer: &Answer) -> Result<Option<Product>, Unreachable> {
    let said = json(answer)?;
    if shape.says_absent(answer.status, said) {
        return Ok(None);
    }
    if !answer.status.is_success() {
        // Of a proxy, or of another service at a wrong address.
        return Err(bad("a 404 that is not the catalogue's own"));
    }
    let product = one(shape, said)?;
    if product.id == *id { Ok(Some(product)) } else { Err(bad("another product than the one that was asked for")) }
}

/// The products of a page that can be read.
pub(super) fn page(shape: &dyn Shape, page: u32, answer: &Answer) -> Result<CatalogPage, Unreachable> {
    let rows = shape.rows(page, answer.status, json(answer)?);
    let Rows { rows, has_more } = rows.ok_or_else(|| bad("not a page of products"))?;
    let (mut products, mut first_fault) = (Vec::new(), None);
    for row in &rows {
        match one(shape, row) {
            Ok(product) => products.push(product),
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    if let Some(fault) = first_fault {
        if products.is_empty() {
            return Err(bad("a page without a product that can be read"));
        }
        let (skipped, cause) = (rows.len() - products.len(), fault.cause());
        tracing::warn!(page, skipped, error = %fault, cause, "a page of the catalogue has products of no use");
    }
    Ok(CatalogPage { products, has_more })
}

fn one(shape: &dyn Shape, said: &RawValue) -> Result<Product, Unreachable> {
    let (id, snapshot) = shape.product(said).ok_or_else(|| bad("not a product"))?;
    Ok(Product { id, snapshot: snapshot.map_err(Unreachable::BadProduct)? })
}

fn json(answer: &Answer) -> Result<&RawValue, Unreachable> {
    serde_json::from_slice(&answer.body).map_err(|_| bad("not JSON"))
}

/// In words of ours: what JSON says of a fault may quote the answer, at any length.
fn bad(answer: &'static str) -> Unreachable {
    Unreachable::BadAnswer(Arc::new(BadAnswer(answer)))
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BadAnswer(&'static str);

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Mutex, PoisonError},
    };

    use reqwest::StatusCode;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;
    use crate::{config::CatalogKind, upstream::catalog::shape};

    /// What was logged.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn a_page_with_bad_rows_is_one_line_of_the_log() {
        let good = |id: u32| format!(r#"{{"id":{id},"title":"A","price":1}}"#);
        let bad = r#"{"id":3,"title":"do-not-log","price":-1}"#;
        let body = format!("[{},{bad},{bad},null,{}]", good(1), good(2));
        let (lines, answer) = (Lines::default(), Answer { status: StatusCode::OK, body: body.into() });
        let subscriber = tracing_subscriber::fmt().json().with_writer(lines.clone()).finish();
        let page =
            tracing::subscriber::with_default(subscriber, || page(shape::of(CatalogKind::Simple), 7, &answer).unwrap());
        assert_eq!(page.products.len(), 2);
        let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
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
