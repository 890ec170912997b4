use std::time::Duration;

use shared::config::{CatalogConfig, CatalogKind};
use tokio::time::interval;

use super::{Place, client::Client, everything};
use crate::support::{
    app::TestApp,
    functions::{self, Settings},
    guarded::Guarded,
    program,
    redis::closed_port,
};

/// The functions in this process.
struct Here {
    client: Client,
    catalog: String,
    app: TestApp,
}

impl Place for Here {
    fn client(&self) -> &Client {
        &self.client
    }

    fn catalog(&self) -> &str {
        &self.catalog
    }

    async fn make_admin(&self, email: &str) {
        let request = admin_bootstrap::Request { email: email.to_owned() };
        admin_bootstrap::bootstrap(self.app.bootstrap(), request).await.unwrap();
    }
}

#[tokio::test]
async fn clients_find_in_this_process_what_they_find_anywhere() {
    let (url, _upstreams) = tokio::task::spawn_blocking(upstreams).await.unwrap();
    let catalog = CatalogConfig { kind: CatalogKind::Fakestore, url: format!("{url}/fakestore") };
    let settings = Settings { github_url: format!("{url}/github"), catalog, ..Settings::default() };
    let app = TestApp::with(settings).await;
    let place = Here { client: Client::of(app.other_instances()), catalog: url, app };
    tokio::select! {
        _ = everything(&place) => {}
        () = work_off_the_queues(&place.app) => {}
    }
}

/// What the event source mappings, the schedule of the outbox and the time do.
async fn work_off_the_queues(app: &TestApp) {
    let mut tick = interval(Duration::from_millis(100));
    loop {
        tick.tick().await;
        // Whoever waits for the catalogue to come back looks at the clock.
        app.clock.advance(1);
        app.store_queued_events().await;
        // What `audit-relay` does, without its line in the log.
        functions::keeper(&app.dynamo).drain(Duration::from_secs(10)).await.unwrap();
        app.do_refreshes().await;
    }
}

/// The stand-ins of the local stack, and where they are.
fn upstreams() -> (String, Guarded) {
    let port = closed_port();
    let command = format!("{} upstreams {port}", program::of("local").display());
    (format!("http://127.0.0.1:{port}"), Guarded::start(&command, "ready").unwrap())
}
