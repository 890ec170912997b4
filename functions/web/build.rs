//! Embeds `web/` in the binary, each file both plain and compressed, so that requests need no
//! compression. The path of each asset contains a hash of all assets: a changed file changes every
//! path, so browsers can cache assets forever, and a page never mixes modules of two versions.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

const WEB: &str = "../../web";
/// The stable paths of the pages, and their files.
const PAGES: [(&str, &str); 3] = [("/", "index.html"), ("/docs", "docs.html"), ("/openapi.json", "openapi.json")];
/// The folders with the assets of the pages.
const FOLDERS: [&str; 3] = ["app", "views", "vendor"];
/// Stands for the base path of the assets in the pages.
const PLACEHOLDER: &str = "{{assets}}";

#[expect(clippy::disallowed_methods, reason = "cargo sets OUT_DIR for build scripts")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={WEB}");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let web = Path::new(WEB).canonicalize()?;

    let mut assets = Vec::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(web.join(folder))? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).ok_or("a file name is not UTF-8")?;
            if content_type(name).is_some() {
                let mut bytes = fs::read(&path)?;
                if folder != "vendor" {
                    bytes = without_comments(&String::from_utf8(bytes)?).into_bytes();
                }
                assets.push((format!("{folder}/{name}"), bytes));
            }
        }
    }
    // The order of a directory listing is not defined.
    assets.sort();
    let base = format!("/assets/{}", version(&assets));

    let mut table = Table { out: &out, rows: String::new(), count: 0 };
    for (path, file) in PAGES {
        let text = fs::read_to_string(web.join(file))?.replace(PLACEHOLDER, &base);
        table.add(path, file, text.as_bytes())?;
    }
    for (name, bytes) in &assets {
        table.add(&format!("{base}/{name}"), name, bytes)?;
    }
    fs::write(out.join("files.rs"), format!("&[{}]", table.rows))?;
    Ok(())
}

/// Removes indentation, empty lines and comments from a script or a stylesheet, which saves a tenth
/// of its size. Only comments on lines of their own are removed, so no parser is needed. The
/// browser's line numbers differ from the source's.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines().map(str::trim_start) {
        if in_comment || line.starts_with("/*") {
            in_comment = !line.trim_end().ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

/// Returns a hash of all names and contents.
fn version(files: &[(String, Vec<u8>)]) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        for part in [name.as_bytes(), bytes] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
    }
    hex(&hash.finalize()[..6])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The source code of `FILES` in `src/files.rs`. The files that it includes are written to `out`.
struct Table<'a> {
    out: &'a Path,
    rows: String,
    count: usize,
}

impl Table<'_> {
    fn add(&mut self, path: &str, file: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        let content_type = content_type(file).ok_or_else(|| format!("{file} has an unknown content type"))?;
        let [plain, gzip] = ["plain", "gz"].map(|form| format!("{}.{form}", self.count));
        self.count += 1;
        fs::write(self.out.join(&plain), bytes)?;
        let mut encoder = GzEncoder::new(File::create(self.out.join(&gzip))?, Compression::best());
        encoder.write_all(bytes)?;
        encoder.finish()?;
        let hash = hex(&Sha256::digest(bytes)[..16]);
        let [etag, gzip_etag] = ["", "-gzip"].map(|form| format!("\"{hash}{form}\""));
        write!(
            self.rows,
            "File {{ path: {path:?}, content_type: {content_type:?}, etag: {etag:?}, gzip_etag: {gzip_etag:?}, \
             plain: include_bytes!({plain:?}), gzip: include_bytes!({gzip:?}) }},"
        )?;
        Ok(())
    }
}

/// Returns the content type of a file, or `None` for files that are not served, such as licences.
fn content_type(file: &str) -> Option<&'static str> {
    match Path::new(file).extension()?.to_str()? {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "json" => Some("application/json"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}
