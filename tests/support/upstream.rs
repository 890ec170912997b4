use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, http::StatusCode};
use tokio::net::TcpListener;

/// A stub of an external service. It ends with the test's runtime.
pub(crate) struct Upstream {
    port: u16,
    requests: Arc<AtomicUsize>,
    // Held open without accepting: connections wait.
    _hanging: Option<TcpListener>,
}

impl Upstream {
    /// Gives every request the same response.
    pub(crate) async fn answering(status: u16, body: &str) -> Self {
        Self::serving(status, body, "http://192.0.2.1/").await
    }

    /// Redirects every request to `location`.
    pub(crate) async fn redirecting(location: &str) -> Self {
        Self::serving(302, "", location).await
    }

    async fn serving(status: u16, body: &str, location: &str) -> Self {
        let location = location.to_owned();
        let (status, body) = (StatusCode::from_u16(status).unwrap(), body.to_owned());
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = requests.clone();
        let respond = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let headers = [("location", location.clone()), ("content-type", "application/json".to_owned())];
            std::future::ready((status, headers, body.clone()))
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(respond)).await });
        Self { port, requests, _hanging: None }
    }

    /// Accepts connections and never responds.
    pub(crate) async fn hanging() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Self { port, requests: Arc::default(), _hanging: Some(listener) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The number of requests that have arrived.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}
