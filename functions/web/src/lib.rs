//! `GET /`, `/docs`, `/openapi.json` and `/assets/{version}/{folder}/{file}`: the console, Swagger
//! UI, the OpenAPI document and the assets of both pages.
//!
//! The binary contains the files of `web/`, so no dependency is called. Access: public. Assets are
//! cached forever, since their address contains a version; pages are revalidated on each visit.
//! Responses: 200 with `ETag`, gzip-encoded if the client accepts it; 304; 404.

mod document;
mod files;
pub mod route;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use shared::{
    config::ImagesConfig,
    http::{
        ApiError, HttpSettings,
        extract::{AcceptEncoding, IfNoneMatch},
        stack,
    },
};

use crate::route::{ASSET, CONSOLE, DOCS, OPENAPI};
pub use document::Document;
use files::File;

shared::dependencies! {
    /// Dependencies of the web function.
    pub struct Web { http: HttpSettings, images: ImagesConfig }
}

/// The function's router.
pub fn router(state: Web) -> Router {
    stack::route_paths(&[&CONSOLE, &DOCS, &OPENAPI, &ASSET], page, state)
}

async fn page(
    State(state): State<Web>,
    uri: Uri,
    encoding: AcceptEncoding,
    if_none_match: IfNoneMatch,
) -> Result<Response, ApiError> {
    let path = uri.path();
    // Ignores a trailing slash, except for the console's path `/`.
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    let file = files::find(path).ok_or_else(ApiError::route_not_found)?;
    let (body, etag) = match encoding {
        AcceptEncoding::Gzip => (file.gzip, file.gzip_etag),
        AcceptEncoding::Identity => (file.plain, file.etag),
    };
    let etag = HeaderValue::from_static(etag);
    let not_modified = if_none_match.matches(&etag);
    let mut headers = headers(file, &state.images);
    headers.insert(header::ETAG, etag);
    if not_modified {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    if encoding == AcceptEncoding::Gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok((headers, body).into_response())
}

fn headers(file: &File, images: &ImagesConfig) -> HeaderMap {
    let is_asset = file.path.starts_with("/assets/");
    let cache_control = if is_asset { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let (true, Ok(policy)) = (file.is_page(), HeaderValue::try_from(content_security_policy(&images.sources))) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers
}

/// Allows own files, and images from `image_sources`. Forbids inline scripts and styles, frames and
/// form submissions.
fn content_security_policy(image_sources: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: {image_sources}; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
