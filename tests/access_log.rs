//! The fields of the access log that CloudWatch metric filters read (`infra/requests.yaml`).
//! `e2e.rs` checks the other fields in the logs of the local stack.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{Layer, filter::LevelFilter, fmt, fmt::MakeWriter, layer::SubscriberExt, registry};

use crate::support::{
    app::TestApp,
    functions::{Settings, patient},
    ports,
    template::infra_template,
};

/// The log lines of this thread.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// Captures log lines until the guard is dropped.
    fn listen(&self) -> DefaultGuard {
        let lines = fmt::layer().json().flatten_event(true).with_target(false).with_writer(self.clone());
        tracing::subscriber::set_default(registry().with(lines.with_filter(LevelFilter::INFO)))
    }

    /// Returns the access log lines.
    fn requests(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["message"] == "request").collect()
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn only_the_first_request_of_an_instance_is_logged_as_cold() {
    let app = TestApp::new().await;
    let lines = Lines::default();
    let _listening = lines.listen();
    for _ in 0..3 {
        app.get("/health").send().await.expect(200);
    }
    let cold: Vec<Value> = lines.requests().into_iter().map(|line| line["cold"].clone()).collect();
    assert_eq!(cold, [Value::Bool(true), Value::Null, Value::Null]);
}

#[tokio::test]
async fn the_cache_result_is_logged_for_lists_only() {
    let app = TestApp::new().await;
    let user = app.user("ada@example.com").await;
    let lines = Lines::default();
    let _listening = lines.listen();
    for path in ["/v1/watchlists", "/v1/watchlists", "/v1/auth/me"] {
        app.get(path).bearer(&user.token).send().await.expect(200);
    }
    let cache: Vec<Value> = lines.requests().into_iter().map(|line| line["cache"].clone()).collect();
    assert_eq!(cache, [json!("miss"), json!("hit"), Value::Null]);
}

#[tokio::test]
async fn a_list_without_redis_is_logged_as_bypass() {
    let (app, user) = TestApp::with_user().await;
    let nowhere = format!("redis://127.0.0.1:{}/", ports::unused_port());
    let without = app.other_instances_with(Settings { redis: patient(&nowhere), ..Settings::default() });
    let lines = Lines::default();
    let _listening = lines.listen();
    without.get("/v1/watchlists").bearer(&user.token).send().await.expect(200);
    assert_eq!(lines.requests()[0]["cache"], "bypass");
}

/// Returns the fields that the metric filters read, such as `status` for `$.status`.
fn filter_fields() -> BTreeSet<String> {
    let template = infra_template("requests.yaml");
    let filters = template["Resources"].as_object().unwrap().values();
    let patterns = filters.filter_map(|filter| filter["Properties"]["FilterPattern"].as_str());
    let paths = patterns.flat_map(|pattern| pattern.split("$.").skip(1).map(str::to_owned).collect::<Vec<_>>());
    paths.map(|path| path.split([' ', '.']).next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_field_of_a_metric_filter_is_logged() {
    let (app, user) = TestApp::with_user().await;
    let lines = Lines::default();
    let _listening = lines.listen();
    app.get("/v1/watchlists").bearer(&user.token).send().await.expect(200);
    let ours: BTreeSet<String> = lines.requests()[0].as_object().unwrap().keys().cloned().collect();
    let others: Vec<String> = filter_fields().difference(&ours).cloned().collect();
    // https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
    assert_eq!(others, ["record", "type"]);
}
