//! `GET /`, `/docs`, `/openapi.json`, `/assets/{version}/{folder}/{file}` — the web console, the API's description for people
//! and for programs, and what these pages load: the files of `web/`, which are part of the binary.
//!
//! Who: anyone. No dependency is touched. What is under `/assets` may be kept for good, because its address changes with it; the
//! pages are asked for again each time. 200 with `ETag`, as gzip for who accepts it; 304; 404.

mod document;
mod files;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use shared::{
    config::ImagesConfig,
    http::{
        ApiError, Http,
        extract::{AcceptEncoding, Preconditions},
        routes::{WEB_ASSET, WEB_CONSOLE, WEB_DOCS, WEB_OPENAPI},
        stack,
    },
};

pub use document::Document;
use files::File;

shared::holds! {
    /// What it takes to serve pages.
    pub struct Web { http: Http, images: ImagesConfig }
}

/// The function's router.
pub fn router(parts: Web) -> Router {
    stack::pages(&[&WEB_CONSOLE, &WEB_DOCS, &WEB_OPENAPI, &WEB_ASSET], page, parts)
}

async fn page(
    State(parts): State<Web>,
    address: Uri,
    encoding: AcceptEncoding,
    conditions: Preconditions,
) -> Result<Response, ApiError> {
    let path = address.path();
    // A slash at the end changes nothing; the console's own address is one.
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    let file = files::at(path).ok_or_else(ApiError::no_such_route)?;
    let (body, etag) = match encoding {
        AcceptEncoding::Gzip => (file.gzip, file.gzip_etag),
        AcceptEncoding::Identity => (file.plain, file.etag),
    };
    let etag = HeaderValue::from_static(etag);
    let not_modified = conditions.has(&etag);
    let mut headers = headers(file, &parts.images);
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
    let is_asset = file.address.starts_with("/assets/");
    let caching = if is_asset { "public, max-age=31536000, immutable" } else { "no-cache" };
    let lines: [(HeaderName, HeaderValue); 2] = [
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    let mut headers: HeaderMap = lines.into_iter().collect();
    if let (true, Ok(policy)) = (file.is_page(), HeaderValue::try_from(page_policy(&images.sources))) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers
}

/// Nothing but our own files: no script or style in the page itself, nothing from elsewhere but pictures, no frames, and no form
/// that leaves by itself.
fn page_policy(image_sources: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: {image_sources}; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
