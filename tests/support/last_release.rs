//! The functions of the last release, built from this repository's history. They are the ones that
//! are still deployed while those of the working tree are rolled out.
//!
//! `tests/evolution/RELEASED` names the commit. All its functions are linked into one binary:
//! linking them one by one takes 2 GB and two minutes. The binary contains the `main.rs` of every
//! function and runs the one that `AWS_LAMBDA_FUNCTION_NAME` names. It shares the build folder of
//! the working tree, so dependencies are compiled once. Its packages get a version of their own,
//! because cargo would otherwise take those of the working tree for them.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use super::{
    binaries::{cargo_build, run_build},
    template::project_file,
};

/// The name of the binary.
const BINARY: &str = "released-functions";

/// The path of the binary of a function of the last release, which is built first.
pub(crate) fn binary(function: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(build).join(function)
}

/// Returns whether the last release has this function.
pub(crate) fn has(function: &str) -> bool {
    source_dir().join("functions").join(function).exists()
}

/// The commit of the last release.
fn commit() -> String {
    fs::read_to_string(project_file("tests/evolution/RELEASED")).unwrap().trim().to_owned()
}

/// The folder with the source of the last release.
pub(crate) fn source_dir() -> PathBuf {
    static SOURCE: OnceLock<PathBuf> = OnceLock::new();
    let check_out = || {
        let commit = commit();
        let source = target_dir().join("released").join(&commit).join("source");
        if !source.exists() {
            check_out(&commit, &source);
        }
        source
    };
    SOURCE.get_or_init(check_out).clone()
}

/// Cargo's target folder.
fn target_dir() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// Builds the functions and returns a folder that contains each of them by name.
fn build() -> PathBuf {
    let (target, source) = (target_dir(), source_dir());
    let folder = source.parent().unwrap();
    let functions = folder.join("functions");
    let names = add_binary_package(&source);
    let mut build = cargo_build(&source);
    build.args(["--package", BINARY]);
    // Finished binaries go to a folder of their own: the working tree has binaries of the same
    // names.
    build.env("CARGO_BUILD_BUILD_DIR", target).env("CARGO_TARGET_DIR", folder.join("target"));
    let binary = run_build(&mut build).remove(BINARY).expect("cargo built no binary");
    fs::create_dir_all(&functions).unwrap();
    for name in names {
        let link = std::os::unix::fs::symlink(&binary, functions.join(name));
        assert!(link.as_ref().err().is_none_or(|error| error.kind() == ErrorKind::AlreadyExists), "{link:?}");
    }
    functions
}

/// Extracts the files of a commit. The folder gets its final name last, so an interrupted run
/// leaves no incomplete source.
fn check_out(commit: &str, source: &Path) {
    let git = |arguments: &[&str]| Command::new("git").args(arguments).current_dir(project_file("")).output().unwrap();
    let known = git(&["cat-file", "-e", &format!("{commit}^{{commit}}")]);
    assert!(
        known.status.success(),
        "tests/evolution/RELEASED names {commit}, which is not in this clone. Fetch the full history of a shallow clone \
         with `git fetch --unshallow`."
    );
    let unfinished = source.with_extension("unfinished");
    fs::create_dir_all(&unfinished).unwrap();
    let archive = unfinished.join("source.tar");
    let archived = git(&["archive", "--output", archive.to_str().unwrap(), commit]);
    assert!(archived.status.success(), "{}", String::from_utf8_lossy(&archived.stderr));
    let unpacked = Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&unfinished).status().unwrap();
    assert!(unpacked.success());
    fs::remove_file(archive).unwrap();
    set_version(&unfinished.join("Cargo.toml"), commit);
    fs::rename(unfinished, source).unwrap();
}

/// Gives the packages of this commit a version of their own, by which cargo distinguishes packages
/// of the same name.
fn set_version(manifest: &Path, commit: &str) {
    let text = fs::read_to_string(manifest).unwrap();
    let (before, from) = text.split_once("\nversion = \"").expect("the workspace has no version");
    let (version, after) = from.split_once('"').unwrap();
    fs::write(manifest, format!("{before}\nversion = \"{version}-released.c{commit}\"{after}")).unwrap();
}

/// Adds the package of the binary to the release's workspace. Returns the names of the functions.
fn add_binary_package(source: &Path) -> Vec<String> {
    let folders = fs::read_dir(source.join("functions")).unwrap();
    let mut names: Vec<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let lines = |line: &dyn Fn(&String) -> String| names.iter().map(line).collect::<Vec<_>>().join("\n");
    let dependencies = lines(&|name| format!("{name} = {{ path = \"../../functions/{name}\" }}"));
    let manifest = format!(
        "[package]\nname = \"{BINARY}\"\nversion.workspace = true\nedition.workspace = true\n\n\
         [dependencies]\nshared.workspace = true\ntokio.workspace = true\n{dependencies}\n"
    );
    let modules = lines(&|name| module(source, name));
    let arms = lines(&|name| format!("        \"{name}\" => {}::start(),", module_name(name)));
    let main = format!(
        "use std::process::{{ExitCode, Termination}};\n\n{modules}fn main() -> ExitCode {{\n    \
         match std::env::var(\"AWS_LAMBDA_FUNCTION_NAME\").unwrap().as_str() {{\n{arms}\n        \
         other => panic!(\"no function {{other}}\"),\n    }}\n}}\n"
    );
    let package = source.join("tools").join(BINARY);
    fs::create_dir_all(package.join("src")).unwrap();
    write_if_changed(&package.join("Cargo.toml"), &manifest);
    write_if_changed(&package.join("src/main.rs"), &main);
    names
}

/// The text of a module that contains a function's `main.rs`.
fn module(source: &Path, name: &str) -> String {
    let main = fs::read_to_string(source.join(format!("functions/{name}/src/main.rs"))).unwrap();
    let code: Vec<&str> = main.lines().filter(|line| !line.starts_with("//!")).collect();
    format!(
        "mod {} {{\n{}\n    pub fn start() -> super::ExitCode {{\n        super::Termination::report(main())\n    }}\n}}\n\n",
        // The function's own name would shadow its crate, which its `main` calls.
        module_name(name),
        code.join("\n")
    )
}

fn module_name(name: &str) -> String {
    format!("start_{}", name.replace('-', "_"))
}

/// Writes the file only if its text differs. Cargo recompiles a file that was written, changed or
/// not.
fn write_if_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).unwrap();
    }
}
