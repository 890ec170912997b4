use std::time::Duration;

use functions::admin_bootstrap;
use shared::{
    audit::AuditIngest,
    config::{CatalogConfig, CatalogKind},
};
use tokio::time::interval;

use super::{Target, client::Client, run_all};
use crate::support::{
    app::TestApp, background_process::BackgroundProcess, binaries, functions::Settings, ports::unused_port,
};

/// The functions' routers, called in this process.
struct InProcess {
    client: Client,
    catalog: String,
    app: TestApp,
}

impl Target for InProcess {
    fn client(&self) -> &Client {
        &self.client
    }

    fn catalog(&self) -> &str {
        &self.catalog
    }

    async fn make_admin(&self, email: &str) {
        let request = admin_bootstrap::Request { email: email.to_owned() };
        admin_bootstrap::bootstrap(self.app.build(), request).await.unwrap();
    }
}

#[tokio::test]
async fn the_client_journey_succeeds_in_process() {
    let (url, _upstreams) = tokio::task::spawn_blocking(start_upstreams).await.unwrap();
    let catalog = CatalogConfig { kind: CatalogKind::Fakestore, url: format!("{url}/fakestore") };
    let settings = Settings { github_url: format!("{url}/github"), catalog, ..Settings::default() };
    let app = TestApp::with(settings).await;
    let target = InProcess { client: Client::in_process(app.other_instances()), catalog: url, app };
    tokio::select! {
        _ = run_all(&target) => {}
        () = run_background_work(&target.app) => {}
    }
}

/// Does the work of the event source mappings, the outbox schedule and the clock.
async fn run_background_work(app: &TestApp) {
    let mut tick = interval(Duration::from_millis(100));
    loop {
        tick.tick().await;
        // The circuit breaker of the catalogue closes as the clock advances.
        app.clock.advance(1);
        app.store_queued_events().await;
        // Does what `audit-relay` does, without its log line.
        app.build::<AuditIngest>().drain(Duration::from_secs(10)).await.unwrap();
        app.do_refreshes().await;
    }
}

/// Starts the local stack's mocks of external services and returns their URL.
fn start_upstreams() -> (String, BackgroundProcess) {
    let port = unused_port();
    let command = format!("{} upstreams {port}", binaries::build("local").display());
    (format!("http://127.0.0.1:{port}"), BackgroundProcess::start(&command, "ready").unwrap())
}
