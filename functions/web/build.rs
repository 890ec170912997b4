//! Puts `web/` into the binary: every file as it is and compressed, so that neither is work for a request, under addresses
//! that hold a hash of all of them. A changed file changes every address, so browsers may keep what they have for good; and
//! modules of one page always come from one version.

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
/// What has an address of its own, by which people and tools know it, and where its file is.
const PAGES: [(&str, &str); 3] = [("/", "index.html"), ("/docs", "docs.html"), ("/openapi.json", "openapi.json")];
/// The folders of what pages load.
const FOLDERS: [&str; 3] = ["app", "views", "vendor"];
/// Where pages name it.
const PLACEHOLDER: &str = "{{assets}}";

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script this way where to write")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={WEB}");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let web = Path::new(WEB).canonicalize()?;

    let mut loaded = Vec::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(web.join(folder))? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name that is no text")?;
            if content_type(name).is_some() {
                let mut bytes = fs::read(&path)?;
                if folder != "vendor" {
                    bytes = without_comments(&String::from_utf8(bytes)?).into_bytes();
                }
                loaded.push((format!("{folder}/{name}"), bytes));
            }
        }
    }
    // A folder lists its files in no particular order.
    loaded.sort();
    let base = format!("/assets/{}", version(&loaded));

    let mut table = Table { out: &out, rows: String::new(), count: 0 };
    for (address, file) in PAGES {
        let text = fs::read_to_string(web.join(file))?.replace(PLACEHOLDER, &base);
        table.add(address, file, text.as_bytes())?;
    }
    for (name, bytes) in &loaded {
        table.add(&format!("{base}/{name}"), name, bytes)?;
    }
    fs::write(out.join("files.rs"), format!("&[{}]", table.rows))?;
    Ok(())
}

/// A script or a style sheet of ours without the lines that are for people alone: a tenth less to send. Only whole lines go, so
/// what is left needs no understanding, and a browser's line numbers are all that suffers.
fn without_comments(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut is_within = false;
    for line in text.lines().map(str::trim_start) {
        let begins = line.starts_with("/*");
        if begins || is_within {
            is_within = !line.trim_end().ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            left.push_str(line);
            left.push('\n');
        }
    }
    left
}

/// The same for the same names and bytes only.
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

/// The rows of `FILES` in `src/files.rs`, and beside them the files that they name.
struct Table<'a> {
    out: &'a Path,
    rows: String,
    count: usize,
}

impl Table<'_> {
    fn add(&mut self, address: &str, file: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        let content_type = content_type(file).ok_or_else(|| format!("what is {file}?"))?;
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
            "File {{ address: {address:?}, content_type: {content_type:?}, etag: {etag:?}, gzip_etag: {gzip_etag:?}, \
             plain: include_bytes!({plain:?}), gzip: include_bytes!({gzip:?}) }},"
        )?;
        Ok(())
    }
}

/// What a browser needs to know to use a file; none for what is there for people, such as a licence.
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
