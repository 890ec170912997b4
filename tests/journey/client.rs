use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    sync::Mutex,
    time::Duration,
};

use functions::ROUTES;
use http::Method;
use reqwest::redirect;
use serde_json::Value;
use shared::{clock::Clock, http::route::Route};

use crate::support::{app::TestApp, document::RecordedRequest, response::TestResponse};

/// A client of the API in any place. It checks every response against the API's document.
pub(crate) struct Client {
    transport: Transport,
    /// Part of the e-mail addresses where data persists, so that the journey can run there again.
    run_id: Option<u64>,
    /// The routes that have responded with success.
    succeeded: Mutex<BTreeSet<(String, &'static str)>>,
}

enum Transport {
    Http {
        http: reqwest::Client,
        base: String,
    },
    /// Calls the functions' routers in this process.
    InProcess(Box<TestApp>),
}

impl Client {
    /// A client of the stack that `make run` started.
    pub(crate) fn local(port: u16) -> Self {
        Self::at("127.0.0.1", port)
    }

    /// A client of an API at a host name that resolves to this machine. DNS need not know the name.
    pub(crate) fn at(host: &str, port: u16) -> Self {
        // Longer than any response takes.
        let http = reqwest::Client::builder().tls_certs_only([]).timeout(Duration::from_secs(30));
        // The API's only redirect removes a trailing slash.
        let same_method = redirect::Policy::custom(|to| if to.status() == 308 { to.follow() } else { to.stop() });
        let http = http.redirect(same_method).resolve(host, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let base = format!("http://{host}:{port}");
        let transport = Transport::Http { http: http.build().unwrap(), base };
        Self { transport, run_id: None, succeeded: Mutex::default() }
    }

    /// A client of functions that run in this process.
    pub(crate) fn in_process(app: TestApp) -> Self {
        Self { transport: Transport::InProcess(Box::new(app)), run_id: None, succeeded: Mutex::default() }
    }

    /// Makes the e-mail addresses of this run unique, for a place where earlier runs left data.
    pub(crate) fn with_unique_emails(self) -> Self {
        let seconds = Clock::system().now().as_second();
        Self { run_id: Some(seconds.unsigned_abs()), ..self }
    }

    /// The e-mail address for a name.
    pub(crate) fn email(&self, name: &str) -> String {
        let suffix = self.run_id.map(|run_id| format!("-{run_id:x}")).unwrap_or_default();
        format!("{name}{suffix}@example.com")
    }

    /// A number below `end`, which differs between runs in a place where earlier runs left data.
    pub(crate) fn run_number_below(&self, end: usize) -> usize {
        // Multiples of the golden ratio give successive runs distant numbers.
        let spread = self.run_id.unwrap_or_default().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        usize::try_from(spread >> 32).unwrap() % end
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> TestResponse {
        let response = match &self.transport {
            Transport::Http { http, base } => {
                let mut request = http.request(method.clone(), format!("{base}{path}"));
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                if let Some(body) = &body {
                    request = request.header("content-type", "application/json").body(body.to_string());
                }
                let response = request.send().await.unwrap();
                let (status, headers) = (response.status(), response.headers().clone());
                let response = TestResponse::checked(status, headers, &response.bytes().await.unwrap());
                RecordedRequest::new(method.clone(), path, body.as_ref()).check(&response);
                response
            }
            Transport::InProcess(app) => {
                let call = app.call(method.clone(), path);
                let call = if let Some(token) = token { call.bearer(token) } else { call };
                let call = if let Some(body) = &body { call.json(body) } else { call };
                call.send().await
            }
        };
        if response.status.is_success() {
            self.record_success(&method, path);
        }
        response
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> TestResponse {
        self.send(Method::GET, path, token, None).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: Value) -> TestResponse {
        self.send(Method::POST, path, token, Some(body)).await
    }

    fn record_success(&self, method: &Method, path: &str) {
        let path = path.split('?').next().unwrap();
        let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
        let is_match = |route: &&Route| {
            let mut router = matchit::Router::new();
            router.insert(route.path, ()).unwrap();
            route.method == *method && router.at(path).is_ok()
        };
        // `/favorites/refresh` also matches the route of a product. The route with the fewest
        // parameters is the right one.
        let route = ROUTES.iter().filter(is_match).min_by_key(|route| route.path.matches('{').count());
        if let Some(route) = route {
            self.succeeded.lock().unwrap().insert((method.to_string(), route.path));
        }
    }

    /// Returns the routes that have not responded with success.
    pub(crate) fn remaining_routes(&self) -> Vec<&'static Route> {
        let succeeded = self.succeeded.lock().unwrap();
        ROUTES.iter().filter(|route| !succeeded.contains(&(route.method.to_string(), route.path))).collect()
    }

    /// Asserts that every route has responded with success.
    pub(crate) fn assert_every_route_succeeded(&self) {
        let remaining: Vec<_> = self.remaining_routes().into_iter().map(|route| (&route.method, route.path)).collect();
        assert!(remaining.is_empty(), "no scenario covers {remaining:?}, and the example events do not succeed");
    }
}
