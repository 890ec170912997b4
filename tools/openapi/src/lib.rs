//! The API's document (OpenAPI 3.1), from the code.
//!
//! Each function says of its own route what nobody else knows: what it takes, what it answers, what one must know of it
//! (`#[utoipa::path]` at the handler). What the middleware and the extractors do to all routes is not repeated there: it is
//! added here, from the list of routes. Read it in this order: `functions` (what there is), `operation` (what is added to
//! each), `responses`, `errors` and `headers` (what all answers have), `parameters`, `bodies`, `links` (what leads where) and
//! `about` (the rest of the document).

mod about;
mod bodies;
mod errors;
mod functions;
mod headers;
mod links;
mod operation;
mod parameters;
mod responses;

use shared::http::routes::ROUTES;
use utoipa::openapi::{Components, OpenApi, Paths};

/// The document.
#[must_use]
pub fn document() -> OpenApi {
    let functions = functions::documents();
    let (mut paths, mut components) = (Paths::new(), Components::new());
    for function in functions.values() {
        components.schemas.extend(function.components.iter().flat_map(|own| own.schemas.clone()));
    }
    for route in ROUTES {
        let own = functions.get(route.function).and_then(|function| function.paths.paths.get(route.path));
        let Some(mut own) = own.and_then(|path| operation::of(path, &route.method).cloned()) else { continue };
        bodies::close(&mut own, &mut components);
        let item = paths.paths.entry(route.path.to_owned()).or_default();
        *operation::of_mut(item, &route.method) = Some(operation::complete(route, own));
    }
    parameters::share(&mut paths, &mut components);
    components.headers.extend(headers::components());
    components.responses.extend(errors::components().filter(|(name, _)| is_used(name, &paths)));
    components.schemas.extend(errors::schemas());
    about::document(paths, components)
}

/// Whether one of the shared answers is anybody's.
fn is_used(response: &str, paths: &Paths) -> bool {
    let reference = format!("\"#/components/responses/{response}\"");
    serde_json::to_string(paths).is_ok_and(|paths| paths.contains(&reference))
}

/// The document as it is stored and served: indented, with an end of line at its end.
///
/// # Errors
/// Not expected.
pub fn json() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&document()).map(|json| json + "\n")
}
