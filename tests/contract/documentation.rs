//! The tables, links and paths in the Markdown files are correct. `make registry` generates the
//! table of routes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use shared::rate_limit::Group;

use super::{functions_in_code, functions_in_template};
use crate::support::template::{project_file, template};

/// The rows of all tables in a Markdown file that start with a code span, as cells.
fn rows(path: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(project_file(path)).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| line.trim_matches(['|', ' ']).split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The code spans of a text.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn api_reference_lists_every_quota() {
    let documented: BTreeMap<String, String> = rows("docs/API.md")
        .into_iter()
        .filter(|row| row.len() == 4 && row[1].parse::<u32>().is_ok())
        .map(|row| (row[0].trim_matches('`').to_owned(), row[1].clone()))
        .collect();
    let quotas = Group::ALL.iter().map(|group| (group.as_str().to_owned(), group.per_minute().to_string()));
    assert_eq!(documented, quotas.collect());
}

/// The variables of `docs/CONFIGURATION.md`, each with the cell that lists its functions.
fn documented_variables() -> BTreeMap<String, String> {
    let rows = rows("docs/CONFIGURATION.md");
    let variables = rows.iter().flat_map(|row| code_spans(&row[0]).map(|name| (name.to_owned(), row[3].clone())));
    variables.collect()
}

/// The environment variables that `shared/src/config`, the telemetry and the AWS clients name.
fn variables_in_code() -> BTreeSet<String> {
    let files = fs::read_dir(project_file("shared/src/config")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.chain(["shared/src/telemetry.rs", "shared/src/boot/aws.rs"].map(project_file));
    let texts: Vec<String> = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    let is_name =
        |text: &&str| text.contains('_') && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let literals = texts.iter().flat_map(|text| text.split('"').filter(is_name));
    literals.filter(|name| !name.starts_with('_')).map(str::to_owned).collect()
}

#[test]
fn configuration_reference_lists_every_variable() {
    let documented: BTreeSet<String> = documented_variables().into_keys().collect();
    assert_eq!(documented, variables_in_code());
    let template = template();
    let mut scopes: Vec<Value> =
        functions_in_template().values().map(|it| it["Environment"]["Variables"].clone()).collect();
    scopes.push(template["Globals"]["Function"]["Environment"]["Variables"].clone());
    for name in scopes.iter().filter_map(Value::as_object).flat_map(|variables| variables.keys()) {
        assert!(documented.contains(name), "docs/CONFIGURATION.md does not list {name}");
    }
}

#[test]
fn configuration_reference_names_the_functions_that_receive_a_variable() {
    let functions = functions_in_template();
    for (variable, cell) in documented_variables() {
        let named: BTreeSet<&str> = code_spans(&cell).filter(|span| !span.starts_with('/')).collect();
        for name in &named {
            assert!(functions_in_code().contains(*name), "{variable}: {name} is not a function");
        }
        // A cell that consists of names alone is a complete list.
        let is_complete = cell.split(", ").all(|part| part.starts_with('`') && part.ends_with('`'));
        let receives = |properties: &Value| !properties["Environment"]["Variables"][&variable].is_null();
        let receivers = functions.iter().filter(|(_, properties)| receives(properties)).map(|(name, _)| name.as_str());
        let receivers: BTreeSet<&str> = receivers.collect();
        if is_complete && !receivers.is_empty() {
            assert_eq!(named, receivers, "{variable}");
        }
    }
}

/// The Markdown files that people wrote for this project.
fn markdown_files() -> Vec<PathBuf> {
    let folders = ["docs", "docs/adr"].map(|folder| fs::read_dir(project_file(folder)).unwrap());
    let documents = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let documents = documents.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let readmes = ["README.md", "infra/README.md", "postman/README.md"].map(project_file);
    documents.chain(readmes).collect()
}

/// The text of a Markdown file without fenced code blocks.
fn prose(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.split("```").step_by(2).collect()
}

/// The anchors that GitHub generates for the headings of a Markdown file.
fn anchors(path: &Path) -> BTreeSet<String> {
    let text = prose(path);
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let headings = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let is_part = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    headings.map(|heading| heading.chars().filter(is_part).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn every_link_between_documents_resolves() {
    let mut broken = Vec::new();
    for file in markdown_files() {
        let text = prose(&file);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
            let linked = if path.is_empty() { file.clone() } else { file.parent().unwrap().join(path) };
            let resolves = linked.exists() && anchor.is_none_or(|anchor| anchors(&linked).contains(anchor));
            if !resolves {
                broken.push(format!("{}: {target}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_path_in_the_documentation_exists() {
    let mut missing = Vec::new();
    for file in markdown_files() {
        let text = prose(&file);
        let folders = ["shared/src/", "functions/", "tests/", "tools/", "infra/", "web/"];
        let is_path = |span: &&str| {
            folders.iter().any(|folder| span.starts_with(folder)) && !span.contains(['<', '*', '{', ' ', '(', '…'])
        };
        for span in code_spans(&text).filter(is_path) {
            if !project_file(span).exists() {
                missing.push(format!("{}: {span}", file.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
