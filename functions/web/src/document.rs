//! What the API's document says of the pages. They have one handler, and each an operation of its own.

use shared::http::extract;
use utoipa::OpenApi;

/// What the API's document says of them.
#[derive(OpenApi)]
#[openapi(paths(console, docs, openapi, asset))]
pub struct Document;

/// The web console.
#[utoipa::path(
    get, path = "/", tag = "Pages", params(extract::IfNoneMatch),
    responses((status = 200, body = String, content_type = "text/html", headers(("Cache-Control"), ("ETag")))),
)]
#[expect(dead_code, reason = "the document alone takes it")]
fn console() {}

/// This document for people: Swagger UI.
#[utoipa::path(
    get, path = "/docs", tag = "Pages", params(extract::IfNoneMatch),
    responses((status = 200, body = String, content_type = "text/html", headers(("Cache-Control"), ("ETag")))),
)]
#[expect(dead_code, reason = "the document alone takes it")]
fn docs() {}

/// This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "Pages", params(extract::IfNoneMatch),
    responses((status = 200, body = Object, headers(("Cache-Control"), ("ETag")))),
)]
#[expect(dead_code, reason = "the document alone takes it")]
fn openapi() {}

/// What the pages load.
///
/// The address changes with the files, so they may be kept for good.
#[utoipa::path(
    get, path = "/assets/{version}/{folder}/{file}", tag = "Pages",
    params(
        ("version" = String, Path, description = "Which state of the files, as the pages name it.", pattern = "^[0-9a-f]{12}$"),
        ("folder" = String, Path, description = "`app`, `views` or `vendor`.", pattern = "^[a-z]+$"),
        ("file" = String, Path, description = "The file's name.", pattern = "^[a-z-]+[.][a-z]+$"),
        extract::IfNoneMatch,
    ),
    responses((
        status = 200, headers(("Cache-Control"), ("ETag")),
        content((String = "text/javascript"), (String = "text/css"), (String = "image/svg+xml")),
    )),
)]
#[expect(dead_code, reason = "the document alone takes it")]
fn asset() {}
