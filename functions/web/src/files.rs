/// A file of `web/`, as `build.rs` found it.
pub(crate) struct File {
    /// The path of its URL.
    pub(crate) address: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) etag: &'static str,
    pub(crate) plain: &'static [u8],
    /// Another one, because a strong `ETag` stands for the very bytes that are sent (RFC 9110 §8.8.3.3).
    pub(crate) gzip_etag: &'static str,
    pub(crate) gzip: &'static [u8],
}

impl File {
    pub(crate) fn is_page(&self) -> bool {
        self.content_type.starts_with("text/html")
    }
}

const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The file at an address.
pub(crate) fn at(address: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.address == address)
}
