//! `GET /images/{number}.svg`: an image for each product, for the console to show.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::product::{self, Product};

/// Returns a square in the product's own colour with its generated title, which needs no XML
/// escaping. A changed title is not shown.
pub(super) async fn show(Path(file): Path<String>) -> Response {
    let Some(number) = file.strip_suffix(".svg").and_then(product::parse_number) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Product { title, brand, .. } = Product::generate(number);
    let hue = u32::from(number) * 137 % 360;
    let svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" font-family="sans-serif" text-anchor="middle">
<rect width="400" height="400" fill="hsl({hue} 45% 85%)"/>
<circle cx="200" cy="160" r="80" fill="hsl({hue} 45% 60%)"/>
<text x="200" y="172" font-size="36" fill="#fff">{number}</text>
<text x="200" y="300" font-size="30">{title}</text>
<text x="200" y="340" font-size="20">{brand}</text>
</svg>
"##
    );
    ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()
}
