/// A file of `web/`, embedded by `build.rs`.
pub(crate) struct File {
    /// The path of the URL.
    pub(crate) path: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) etag: &'static str,
    pub(crate) plain: &'static [u8],
    /// Differs from `etag`, since a strong `ETag` identifies the bytes of one encoding (RFC 9110
    /// §8.8.3.3).
    pub(crate) gzip_etag: &'static str,
    pub(crate) gzip: &'static [u8],
}

impl File {
    pub(crate) fn is_page(&self) -> bool {
        self.content_type.starts_with("text/html")
    }
}

const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Returns the file with this path, or `None`.
pub(crate) fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}
