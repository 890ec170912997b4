//! The allowed dependencies between modules (docs/ARCHITECTURE.md), checked in the source code.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::support::template::project_file;

/// Returns the Rust files in a folder and its subfolders, or the file itself.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).into_iter().flatten().map(|entry| entry.unwrap().path());
    let all = entries.flat_map(|path| files(&path));
    all.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// Returns the code of a module of `shared` without comments: `foo.rs` and `foo/`.
fn module(name: &str) -> Vec<(PathBuf, String)> {
    let folder = project_file(&format!("shared/src/{name}"));
    let found: Vec<_> = files(&folder.with_extension("rs")).into_iter().chain(files(&folder)).collect();
    assert!(!found.is_empty(), "no module {name}");
    found.into_iter().map(|path| (path.clone(), code(&path))).collect()
}

fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

const MODULES: [&str; 17] = [
    "audit",
    "auth",
    "boot",
    "breaker",
    "cache",
    "clock",
    "config",
    "domain",
    "http",
    "queue",
    "random",
    "rate_limit",
    "services",
    "store",
    "telemetry",
    "upstream",
    "lib",
];

/// Returns `true` if the code uses a crate or module with this name.
fn mentions(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        !before.is_alphanumeric() && before != '_' && code[at + word.len()..].starts_with("::")
    })
}

#[test]
fn each_client_library_is_used_in_one_module() {
    let homes = [
        ("aws_sdk_dynamodb", &["store"][..]),
        ("aws_sdk_sqs", &["queue"]),
        ("aws_sigv4", &["cache"]),
        ("redis", &["cache"]),
        ("governor", &["rate_limit"]),
        ("reqwest", &["upstream"]),
        ("lambda_http", &["boot"]),
        ("axum", &["http", "boot"]),
        ("std::env", &["boot"]),
    ];
    for (library, homes) in homes {
        for name in MODULES.iter().filter(|name| !homes.contains(name)) {
            for (path, code) in module(name) {
                assert!(!mentions(&code, library), "{} uses {library}", path.display());
            }
        }
        assert!(homes.iter().any(|home| module(home).iter().any(|(_, code)| mentions(code, library))), "{library}");
    }
}

#[test]
fn modules_depend_on_allowed_modules_only() {
    let forbidden = [
        (
            "domain",
            &[
                "audit",
                "auth",
                "boot",
                "cache",
                "config",
                "http",
                "queue",
                "services",
                "store",
                "telemetry",
                "upstream",
            ][..],
        ),
        ("auth", &["audit", "boot", "cache", "http", "queue", "services", "store", "telemetry", "upstream"]),
        ("config", &["audit", "auth", "boot", "cache", "http", "queue", "services", "store", "telemetry", "upstream"]),
        ("rate_limit", &["audit", "boot", "cache", "http", "queue", "services", "store", "upstream"]),
        ("store", &["audit", "boot", "cache", "http", "queue", "services", "upstream"]),
        ("cache", &["audit", "boot", "http", "queue", "services", "store", "upstream"]),
        ("queue", &["audit", "boot", "cache", "http", "services", "store", "upstream"]),
        ("upstream", &["audit", "boot", "cache", "http", "queue", "services", "store"]),
        ("audit", &["auth", "boot", "cache", "http", "services", "upstream"]),
        ("services", &["boot", "http"]),
        ("services/accounts", &["boot", "http", "queue", "upstream"]),
        ("services/admission", &["audit", "boot", "http", "queue", "upstream"]),
        ("services/catalog", &["audit", "boot", "cache", "http"]),
        ("services/customers", &["boot", "cache", "http", "queue"]),
        ("services/favorites", &["boot", "cache", "http", "queue"]),
        ("services/watchlist", &["boot", "http", "queue", "upstream"]),
    ];
    for (name, others) in forbidden {
        for (path, code) in module(name) {
            for other in others {
                assert!(!code.contains(&format!("crate::{other}")), "{} depends on {other}", path.display());
            }
        }
    }
}

#[test]
fn a_function_depends_on_no_other_function_and_no_client_library() {
    for folder in fs::read_dir(project_file("functions")).unwrap() {
        let folder = folder.unwrap().path();
        let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
        let allowed = ["axum", "http", "jiff", "serde", "shared", "tokio", "tracing", "utoipa"];
        for dependency in manifest["dependencies"].as_table().unwrap().keys() {
            assert!(allowed.contains(&dependency.as_str()), "{} depends on {dependency}", folder.display());
        }
        let lines = fs::read_to_string(folder.join("src/main.rs")).unwrap().lines().count();
        assert!(lines < 15, "{}/src/main.rs has {lines} lines", folder.display());
    }
}
