//! The size of a function's deployment package.

use std::io::{Cursor, Write};

use anyhow::{Context, Result};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::subject::Subject;

/// Returns the size in bytes of a zip file with the executable as `bootstrap`: the package that
/// cargo-lambda and SAM upload, with the default level of compression.
pub(crate) fn zipped_size(subject: &Subject) -> Result<u64> {
    let path = &subject.program;
    let program = std::fs::read(path).with_context(|| format!("{} is not built", path.display()))?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("bootstrap", SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))?;
    zip.write_all(&program)?;
    Ok(u64::try_from(zip.finish()?.into_inner().len())?)
}
