//! The commands and the code of `docs/ADDING_A_ROUTE.md`, run in a copy of the project.
//!
//! The copy is a git repository of its own. Its packages get a version of their own, so that they
//! can share the build folder of the working tree, where all dependencies are compiled.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{binaries::without_cargo_variables, template::project_file};

#[test]
fn a_route_is_added_tested_and_removed_without_a_trace() {
    let document = fs::read_to_string(project_file("docs/ADDING_A_ROUTE.md")).unwrap();
    let commands = code_blocks(&document, "sh");
    let [handler, test] = code_blocks(&document, "rust")[..] else { panic!("a handler and its test") };
    let [new_route, openapi, ..] = commands[..] else { panic!("make new-route and make openapi") };

    let copy = ProjectCopy::of_working_tree();
    copy.run(new_route);
    copy.run("python3 tools/registry --check");
    copy.write("functions/watchlist-stats/src/lib.rs", handler);
    copy.write("tests/watchlists/stats.rs", test);
    copy.run(openapi);
    copy.run("python3 tools/registry --check && cargo fmt --all --check");
    copy.run(
        "cargo test --quiet --workspace --test api -- contract:: customers::access:: edge:: events:: fallback:: \
         openapi:: principals:: rate_limits::every watchlists::stats::",
    );
    copy.run("make remove-route NAME=watchlist-stats");
    assert_eq!(copy.run("git status --porcelain"), "");
}

/// The content of the fenced blocks in this language.
fn code_blocks<'a>(document: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    document.split(opening.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// A copy of the working tree, with uncommitted changes, in a new git repository.
struct ProjectCopy {
    folder: PathBuf,
}

impl ProjectCopy {
    fn of_working_tree() -> Self {
        let copy = Self { folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-route") };
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(project_file(""))
            .output()
            .unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        // A deleted file is listed until its deletion is committed.
        let files: BTreeSet<&str> = listed.split_terminator('\0').filter(|file| project_file(file).exists()).collect();
        fs::create_dir_all(&copy.folder).unwrap();
        copy.run("rm -rf .git && git init --quiet");
        // The tests need a queue and other tools of `make setup`.
        let tools = project_file(".venv");
        copy.run(&format!("ln -sfn '{}' .venv && echo /.venv > .git/info/exclude", tools.display()));
        for file in copy.run("git ls-files -z --others --exclude-standard").split_terminator('\0') {
            if !files.contains(file) {
                fs::remove_file(copy.folder.join(file)).unwrap();
            }
        }
        for file in files {
            let content = fs::read(project_file(file)).unwrap();
            let content = if file == "Cargo.toml" { with_own_version(&content).into_bytes() } else { content };
            copy.write(file, content);
        }
        copy.run("find functions tests tools -type d -empty -delete");
        copy.run("cargo metadata --offline --format-version 1 > /dev/null");
        copy.run("git add --all && git -c user.name=test -c user.email=test@example.com commit --quiet --message copy");
        copy
    }

    /// Writes the file if its content differs. Cargo recompiles a file that was written, changed or
    /// not.
    fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        let path = self.folder.join(file);
        if fs::read(&path).ok().as_deref() != Some(content.as_ref()) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }

    /// Runs a shell command in the copy and returns its output.
    fn run(&self, command: &str) -> String {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut shell = without_cargo_variables("bash");
        shell.args(["-euo", "pipefail", "-c", command]).current_dir(&self.folder);
        shell.env("CARGO_BUILD_BUILD_DIR", target).env("CARGO_TARGET_DIR", self.folder.join("target"));
        // Line tables, which a failing test here does not need, take a fifth of the time.
        shell.env("CARGO_PROFILE_DEV_DEBUG", "none");
        let output = shell.output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "`{command}`: {stdout}{stderr}");
        stdout.into_owned()
    }
}

/// The workspace's manifest with another version for its packages.
fn with_own_version(manifest: &[u8]) -> String {
    let manifest = str::from_utf8(manifest).unwrap();
    let (before, from) = manifest.split_once("\nversion = \"").expect("the workspace has no version");
    let (version, after) = from.split_once('"').unwrap();
    format!("{before}\nversion = \"{version}-copy\"{after}")
}
