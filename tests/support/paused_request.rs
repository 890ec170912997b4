//! Pauses one request on its way to the table while the test does something else.

use serde_json::Value;
use tokio::sync::watch;

/// Selects the request to pause by its operation, such as `Query`, and its body.
pub(super) type RequestMatcher = Box<dyn Fn(&str, &Value) -> bool + Send>;

/// The proxy's side: pauses the next request that matches, and none after it.
pub(super) struct PauseRule {
    matcher: RequestMatcher,
    arrived: watch::Sender<bool>,
    resumed: watch::Receiver<bool>,
}

/// The test's side. Dropping it resumes the request.
pub(crate) struct PausedRequest {
    arrived: watch::Receiver<bool>,
    resumed: watch::Sender<bool>,
}

impl PauseRule {
    pub(super) fn new(matcher: RequestMatcher) -> (Self, PausedRequest) {
        let (arrive, arrived) = watch::channel(false);
        let (resume, resumed) = watch::channel(false);
        (Self { matcher, arrived: arrive, resumed }, PausedRequest { arrived, resumed: resume })
    }

    pub(super) fn matches(&self, operation: &str, request: &Value) -> bool {
        (self.matcher)(operation, request)
    }

    /// Returns when the test resumes the request.
    pub(super) async fn pause(mut self) {
        self.arrived.send_replace(true);
        // An error means that the test dropped its side.
        let _resumed_or_dropped = self.resumed.wait_for(|resumed| *resumed).await;
    }
}

impl PausedRequest {
    /// Waits until the request has arrived at the proxy.
    pub(crate) async fn arrived(&self) {
        self.arrived.clone().wait_for(|arrived| *arrived).await.expect("the proxy is gone");
    }

    /// Lets the request continue.
    pub(crate) fn resume(&self) {
        self.resumed.send_replace(true);
    }
}
