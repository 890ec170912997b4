//! Generates the OpenAPI 3.1 document of the API.
//!
//! `#[utoipa::path]` at a handler describes what is specific to the route: its request, its
//! successful response and its own errors. This crate adds what the middleware and the extractors
//! do for all routes, from the list of routes:
//!
//! | module | content |
//! | --- | --- |
//! | `operation` | completes one operation: id, security, rate limit, statuses |
//! | `responses`, `errors`, `headers` | the parts that all responses share |
//! | `parameters`, `bodies` | path parameters, and request bodies |
//! | `links` | the links from responses to other operations |
//! | `info` | title, description, tags and security schemes |

mod bodies;
mod errors;
mod headers;
mod info;
mod links;
mod operation;
mod parameters;
mod responses;

use functions::ROUTES;
use utoipa::openapi::{Components, OpenApi, Paths};

/// Generates the document.
#[must_use]
pub fn document() -> OpenApi {
    let documents = functions::documents();
    let (mut paths, mut components) = (Paths::new(), Components::new());
    for document in documents.values() {
        components.schemas.extend(document.components.iter().flat_map(|own| own.schemas.clone()));
    }
    for route in ROUTES {
        let own = documents.get(route.function).and_then(|document| document.paths.paths.get(route.path));
        let Some(mut own) = own.and_then(|path| operation::for_method(path, &route.method).cloned()) else { continue };
        bodies::reject_unknown_members(&mut own, &mut components);
        let item = paths.paths.entry(route.path.to_owned()).or_default();
        *operation::slot(item, &route.method) = Some(operation::complete(route, own));
    }
    parameters::share(&mut paths, &mut components);
    components.headers.extend(headers::components());
    components.responses.extend(errors::components().filter(|(name, _)| is_used(name, &paths)));
    components.schemas.extend(errors::schemas());
    info::document(paths, components)
}

/// Returns `true` if any operation refers to this shared response.
fn is_used(response: &str, paths: &Paths) -> bool {
    let reference = format!("\"#/components/responses/{response}\"");
    serde_json::to_string(paths).is_ok_and(|paths| paths.contains(&reference))
}

/// Returns the document as it is stored and served: indented, with a newline at the end.
///
/// # Errors
/// The document cannot be serialized, which is not expected.
pub fn json() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&document()).map(|json| json + "\n")
}
