//! The console's files and the OpenAPI document. The tests in `browser/` run the pages in a
//! browser.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use http::header;

use crate::support::{app::TestApp, response::TestResponse, template::project_file};

async fn get(app: &TestApp, path: &str) -> TestResponse {
    app.get(path).header(header::ACCEPT_ENCODING, "gzip, br").send().await
}

/// Returns the `/assets/<version>` of the console's page.
async fn base(app: &TestApp) -> String {
    let page = get(app, "/").await.expect(200).as_str().unwrap().to_owned();
    let version = page.split("/assets/").nth(1).expect("the page loads nothing").split('/').next().unwrap();
    format!("/assets/{version}")
}

/// Returns the served files in `web/`, as `folder/file`.
fn files() -> BTreeSet<String> {
    let folders = ["app", "views", "vendor"].into_iter();
    let entries = folders.flat_map(|folder| {
        let entries = fs::read_dir(project_file(&format!("web/{folder}"))).unwrap();
        entries.map(move |entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap()))
    });
    entries.filter(|name| [".js", ".css", ".svg"].iter().any(|ending| name.ends_with(ending))).collect()
}

/// Removes the lines that are comments, as the build of `web` does.
fn without_comments(file: &str) -> String {
    let mut code = String::new();
    for (number, part) in file.split("\n/*").enumerate() {
        // Every part but the first begins within a comment.
        let rest = if number == 0 { part } else { part.split_once("*/").unwrap().1 };
        let rest = rest.strip_prefix("/*").map_or(rest, |comment| comment.split_once("*/").unwrap().1);
        let lines = rest.lines().map(str::trim_start);
        code.extend(lines.filter(|line| !line.is_empty() && !line.starts_with("//")).flat_map(|line| [line, "\n"]));
    }
    code
}

#[tokio::test]
async fn pages_load_only_our_own_files_and_have_no_inline_code() {
    let app = TestApp::new().await;
    for address in ["/", "/docs", "/docs/"] {
        let answer = get(&app, address).await;
        let page = answer.expect(200).as_str().unwrap();
        assert_eq!(answer.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-cache");
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:;")
        );
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        for inline in ["<style", " style=", "<script>", " onclick=", " onload=", "javascript:", "{{"] {
            assert!(!page.contains(inline), "{address} has {inline}");
        }
        for attribute in ["src=\"", "href=\""] {
            for address in page.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                if address.starts_with("/assets/") {
                    get(&app, address).await.expect(200);
                } else {
                    assert!(
                        address.starts_with("data:image/") || ["/", "/docs", "/openapi.json"].contains(&address),
                        "{address}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn every_file_is_served_under_its_version_and_cacheable_as_immutable() {
    let app = TestApp::new().await;
    let base = base(&app).await;
    for name in files() {
        let answer = get(&app, &format!("{base}/{name}")).await;
        let file = fs::read_to_string(project_file(&format!("web/{name}"))).unwrap();
        let expected = if name.starts_with("vendor/") { file } else { without_comments(&file) };
        assert!(answer.expect(200).as_str() == Some(&expected), "{name} has changed since it was compiled in");
        assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert_eq!(answer.header(header::CONTENT_ENCODING), "gzip");
        let is_script = name.rsplit('.').next() == Some("js");
        let expected = if is_script { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" };
        assert_eq!(answer.header(header::CONTENT_TYPE), expected);
    }
}

#[tokio::test]
async fn without_gzip_the_same_file_is_served_uncompressed() {
    let app = TestApp::new().await;
    for address in ["/", "/openapi.json"] {
        let plain = app.get(address).send().await;
        assert!(!plain.headers.contains_key(header::CONTENT_ENCODING));
        assert_eq!(plain.expect(200), get(&app, address).await.expect(200));
    }
}

#[tokio::test]
async fn a_matching_if_none_match_is_304() {
    let app = TestApp::new().await;
    let script = format!("{}/{}", base(&app).await, files().first().unwrap());
    for address in ["/", "/docs", "/openapi.json", &script] {
        let etag = get(&app, address).await.header(header::ETAG).to_owned();
        let again = app.get(address).header(header::ACCEPT_ENCODING, "gzip").header(header::IF_NONE_MATCH, &etag);
        let again = again.send().await;
        assert!(again.expect(304).is_null());
        assert_eq!(again.header(header::ETAG), etag);
        app.get(address).header(header::IF_NONE_MATCH, "\"other\"").send().await.expect(200);
    }
}

#[tokio::test]
async fn an_unknown_file_or_version_is_404() {
    let app = TestApp::new().await;
    let base = base(&app).await;
    let name = files().first().unwrap().clone();
    let unknown = [format!("{base}/app/none.js"), format!("/assets/0123456789ab/{name}"), format!("{base}/../{name}")];
    for address in unknown.iter().map(String::as_str).chain(["/index.html", "/assets", "/assets/a/b/c"]) {
        get(&app, address).await.expect_problem(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn the_served_document_is_the_stored_one() {
    let app = TestApp::new().await;
    let file = fs::read_to_string(project_file("web/openapi.json")).unwrap();
    let answer = app.get("/openapi.json").send().await;
    assert_eq!(answer.expect(200), &serde_json::from_str::<serde_json::Value>(&file).unwrap());
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
}

#[tokio::test]
async fn the_console_is_smaller_than_60_kb_compressed() {
    let app = TestApp::new().await;
    let base = base(&app).await;
    // The console does not load Swagger UI, which is a separate page.
    let is_console = |name: &String| !name.starts_with("vendor/swagger") && !name.starts_with("app/docs.");
    let console = files().into_iter().filter(is_console).map(|name| format!("{base}/{name}"));
    let mut total = 0;
    for address in console.chain(["/".to_owned()]) {
        let request = app.get(&address).header(header::ACCEPT_ENCODING, "gzip");
        total += request.body_size().await;
    }
    assert!((1..60_000).contains(&total), "{total} bytes");
}

/// The relative imports of a console module, static and dynamic, as `folder/file`.
fn imports(module: &str) -> BTreeSet<String> {
    let folder = module.split('/').next().unwrap();
    let code = without_comments(&fs::read_to_string(project_file(&format!("web/{module}"))).unwrap());
    let quoted = ["from \"", "import(\""].into_iter().flat_map(|keyword| code.split(keyword).skip(1));
    let paths = quoted.map(|rest| rest.split('"').next().unwrap()).filter(|path| path.starts_with('.'));
    paths
        .map(|path| match path.strip_prefix("./") {
            Some(file) => format!("{folder}/{file}"),
            None => path.trim_start_matches("../").to_owned(),
        })
        .collect()
}

#[test]
fn console_modules_import_existing_files_without_cycles() {
    let is_module = |name: &String| Path::new(name).extension().is_some_and(|extension| extension == "js");
    let modules = files().into_iter().filter(|name| is_module(name) && !name.starts_with("vendor/"));
    let mut remaining: BTreeMap<String, BTreeSet<String>> =
        modules.map(|module| (module.clone(), imports(&module))).collect();
    let all: BTreeSet<String> = remaining.values().flatten().cloned().collect();
    assert!(all.len() > 15 && all.is_subset(&files()), "{all:?}");
    assert!(!all.contains("app/app.js"), "a module imports the root");
    // Removes the modules without remaining imports until nothing changes. A cycle remains.
    loop {
        let names: BTreeSet<String> = remaining.keys().cloned().collect();
        remaining.retain(|_, imports| imports.iter().any(|import| names.contains(import)));
        if remaining.len() == names.len() {
            break;
        }
    }
    assert!(remaining.is_empty(), "these modules form import cycles or import such modules: {remaining:?}");
}

#[test]
fn the_images_of_the_readme_exist() {
    let readme = fs::read_to_string(project_file("README.md")).unwrap();
    let pictures = readme.split("![").skip(1).map(|rest| rest.split("](").nth(1).unwrap().split(')').next().unwrap());
    let missing: Vec<_> = pictures.clone().filter(|picture| !project_file(picture).exists()).collect();
    assert!(pictures.count() > 5 && missing.is_empty(), "{missing:?}");
}
