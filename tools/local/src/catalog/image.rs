//! `GET /images/{number}.svg`: a picture for each product, so that a console has something to show.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::product::{self, Product};

/// A coloured square with the product's name; a colour of its own for each. The name is the invented one, of plain
/// letters, whatever the product is called by now.
pub(super) async fn show(Path(file): Path<String>) -> Response {
    let Some(number) = file.strip_suffix(".svg").and_then(product::number) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Product { title, brand, .. } = Product::invented(number);
    let hue = u32::from(number) * 137 % 360;
    let picture = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" font-family="sans-serif" text-anchor="middle">
<rect width="400" height="400" fill="hsl({hue} 45% 85%)"/>
<circle cx="200" cy="160" r="80" fill="hsl({hue} 45% 60%)"/>
<text x="200" y="172" font-size="36" fill="#fff">{number}</text>
<text x="200" y="300" font-size="30">{title}</text>
<text x="200" y="340" font-size="20">{brand}</text>
</svg>
"##
    );
    ([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response()
}
