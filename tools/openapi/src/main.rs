//! Prints the OpenAPI document. `make openapi` writes it to `web/openapi.json`.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(openapi::json()?.as_bytes())
}
