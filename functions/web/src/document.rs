//! OpenAPI operations of the pages, which share one handler.

use shared::http::extract;
use utoipa::OpenApi;

/// OpenAPI document of the pages.
#[derive(OpenApi)]
#[openapi(paths(console, docs, openapi, asset))]
pub struct Document;

/// The web console.
#[utoipa::path(
    get, path = "/", tag = "Pages", params(extract::IfNoneMatch),
    responses((status = 200, body = String, content_type = "text/html", headers(("Cache-Control"), ("ETag")))),
)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
fn console() {}

/// This document in Swagger UI.
#[utoipa::path(
    get, path = "/docs", tag = "Pages", params(extract::IfNoneMatch),
    responses((status = 200, body = String, content_type = "text/html", headers(("Cache-Control"), ("ETag")))),
)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
fn docs() {}

/// This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "Pages", params(extract::IfNoneMatch),
    responses((status = 200, body = Object, headers(("Cache-Control"), ("ETag")))),
)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
fn openapi() {}

/// A script, stylesheet or image of the pages.
///
/// The address changes with the content, so responses can be cached forever.
#[utoipa::path(
    get, path = "/assets/{version}/{folder}/{file}", tag = "Pages",
    params(
        ("version" = String, Path, description = "Version of all assets, from the links in the pages.", pattern = "^[0-9a-f]{12}$"),
        ("folder" = String, Path, description = "`app`, `views` or `vendor`.", pattern = "^[a-z]+$"),
        ("file" = String, Path, description = "File name.", pattern = "^[a-z-]+[.][a-z]+$"),
        extract::IfNoneMatch,
    ),
    responses((
        status = 200, headers(("Cache-Control"), ("ETag")),
        content((String = "text/javascript"), (String = "text/css"), (String = "image/svg+xml")),
    )),
)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
fn asset() {}
