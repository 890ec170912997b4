//! The last release, built from this repository's history: the functions as they are deployed while those of the working
//! tree are rolled out beside them.
//!
//! `tests/evolution/RELEASED` names the commit. Its functions become one program instead of one each, because linking them
//! one by one takes 2 GB and two minutes, and what is linked is the same. Each is what its `main.rs` says, and the name that
//! Lambda tells a process of decides which it is. It is built where the working tree is, so that what both depend on is
//! compiled once; the packages get a version of their own, or cargo would take those of the working tree for them.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use super::{
    program::{built, cargo},
    template::project_file,
};

/// The program's name.
const PROGRAM: &str = "released-functions";

/// The program of a function of the last release.
pub(crate) fn program_of(function: &str) -> PathBuf {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    PROGRAMS.get_or_init(build).join(function)
}

/// The commit that is taken as the last release.
fn commit() -> String {
    fs::read_to_string(project_file("tests/evolution/RELEASED")).unwrap().trim().to_owned()
}

/// The files of the last release.
pub(crate) fn source() -> PathBuf {
    static SOURCE: OnceLock<PathBuf> = OnceLock::new();
    let check_out = || {
        let commit = commit();
        let source = target().join("released").join(&commit).join("source");
        if !source.exists() {
            check_out(&commit, &source);
        }
        source
    };
    SOURCE.get_or_init(check_out).clone()
}

/// Cargo's target folder.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// Builds the functions and gives the folder in which each has its name.
fn build() -> PathBuf {
    let (target, source) = (target(), source());
    let folder = source.parent().unwrap();
    let functions = folder.join("functions");
    let names = add_program(&source);
    let mut build = cargo(&source);
    build.args(["--package", PROGRAM]);
    // Finished programs have a place of their own, or they would replace those of the working tree, which have the same names.
    build.env("CARGO_BUILD_BUILD_DIR", target).env("CARGO_TARGET_DIR", folder.join("target"));
    let program = built(&mut build).remove(PROGRAM).expect("cargo names no program");
    fs::create_dir_all(&functions).unwrap();
    for name in names {
        let link = std::os::unix::fs::symlink(&program, functions.join(name));
        assert!(link.as_ref().err().is_none_or(|error| error.kind() == ErrorKind::AlreadyExists), "{link:?}");
    }
    functions
}

/// Takes the files of a commit out of the history. What was interrupted leaves nothing behind that looks whole.
fn check_out(commit: &str, source: &Path) {
    let git = |arguments: &[&str]| Command::new("git").args(arguments).current_dir(project_file("")).output().unwrap();
    let known = git(&["cat-file", "-e", &format!("{commit}^{{commit}}")]);
    assert!(
        known.status.success(),
        "tests/evolution/RELEASED names {commit}, which is not in this clone. A shallow clone gets the rest of the history \
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
    give_version(&unfinished.join("Cargo.toml"), commit);
    fs::rename(unfinished, source).unwrap();
}

/// Tells packages of this commit from others of the same name, as which cargo knows them by their version.
fn give_version(manifest: &Path, commit: &str) {
    let text = fs::read_to_string(manifest).unwrap();
    let (before, from) = text.split_once("\nversion = \"").expect("the workspace has no version");
    let (version, after) = from.split_once('"').unwrap();
    fs::write(manifest, format!("{before}\nversion = \"{version}-released.c{commit}\"{after}")).unwrap();
}

/// Adds the program to the release's workspace and gives the names of the functions.
fn add_program(source: &Path) -> Vec<String> {
    let folders = fs::read_dir(source.join("functions")).unwrap();
    let mut names: Vec<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let lines = |line: &dyn Fn(&String) -> String| names.iter().map(line).collect::<Vec<_>>().join("\n");
    let dependencies = lines(&|name| format!("{name} = {{ path = \"../../functions/{name}\" }}"));
    let manifest = format!(
        "[package]\nname = \"{PROGRAM}\"\nversion.workspace = true\nedition.workspace = true\n\n\
         [dependencies]\nshared.workspace = true\ntokio.workspace = true\n{dependencies}\n"
    );
    let modules = lines(&|name| module(source, name));
    let arms = lines(&|name| format!("        \"{name}\" => {}::start(),", word(name)));
    let main = format!(
        "use std::process::{{ExitCode, Termination}};\n\n{modules}fn main() -> ExitCode {{\n    \
         match std::env::var(\"AWS_LAMBDA_FUNCTION_NAME\").unwrap().as_str() {{\n{arms}\n        \
         other => panic!(\"no function {{other}}\"),\n    }}\n}}\n"
    );
    let program = source.join("tools").join(PROGRAM);
    fs::create_dir_all(program.join("src")).unwrap();
    write_if_other(&program.join("Cargo.toml"), &manifest);
    write_if_other(&program.join("src/main.rs"), &main);
    names
}

/// A function's `main.rs` as a module.
fn module(source: &Path, name: &str) -> String {
    let main = fs::read_to_string(source.join(format!("functions/{name}/src/main.rs"))).unwrap();
    let code: Vec<&str> = main.lines().filter(|line| !line.starts_with("//!")).collect();
    format!(
        "mod {} {{\n{}\n    pub fn start() -> super::ExitCode {{\n        super::Termination::report(main())\n    }}\n}}\n\n",
        // Not the name of the function's crate, which its `main` calls.
        word(name),
        code.join("\n")
    )
}

fn word(name: &str) -> String {
    format!("start_{}", name.replace('-', "_"))
}

/// Cargo compiles what was written a moment ago.
fn write_if_other(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).unwrap();
    }
}
