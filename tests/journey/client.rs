use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    sync::Mutex,
    time::Duration,
};

use http::Method;
use reqwest::redirect;
use serde_json::Value;
use shared::{
    clock::Clock,
    http::routes::{ROUTES, Route},
};

use crate::support::{answer::Answer, app::TestApp, document::Asked};

/// A client of the API, wherever that is. Every answer is checked for what every answer must have.
pub(crate) struct Client {
    way: Way,
    /// What is in its accounts' addresses where a place keeps its data, so that the journey can be made again there.
    run: Option<u64>,
    /// The routes that did what they were asked for.
    used: Mutex<BTreeSet<(String, &'static str)>>,
}

/// How a request gets to its function.
enum Way {
    Http {
        http: reqwest::Client,
        base: String,
    },
    /// In this process, without a network.
    Here(Box<TestApp>),
}

impl Client {
    /// Of the stack that `make run` started.
    pub(crate) fn new(port: u16) -> Self {
        Self::at("127.0.0.1", port)
    }

    /// Of an API at a name of this machine, whether or not this machine knows that name.
    pub(crate) fn at(host: &str, port: u16) -> Self {
        // Longer than any answer takes, and shorter than a hang.
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30));
        // The one redirect there is: to the same path without a slash at its end.
        let same_method = redirect::Policy::custom(|to| if to.status() == 308 { to.follow() } else { to.stop() });
        let http = http.redirect(same_method).resolve(host, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let base = format!("http://{host}:{port}");
        Self { way: Way::Http { http: http.build().unwrap(), base }, run: None, used: Mutex::default() }
    }

    /// Of functions that run in this process.
    pub(crate) fn of(app: TestApp) -> Self {
        Self { way: Way::Here(Box::new(app)), run: None, used: Mutex::default() }
    }

    /// Where others may have been before.
    pub(crate) fn among_others(self) -> Self {
        let seconds = Clock::system().now().as_second();
        Self { run: Some(seconds.unsigned_abs()), ..self }
    }

    /// The e-mail address of somebody.
    pub(crate) fn email(&self, name: &str) -> String {
        let run = self.run.map(|run| format!("-{run:x}")).unwrap_or_default();
        format!("{name}{run}@example.com")
    }

    /// One below this; another one in each run where others have been before.
    pub(crate) fn number_below(&self, end: usize) -> usize {
        // Runs that follow each other are far apart: multiples of the golden ratio.
        let spread = self.run.unwrap_or_default().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        usize::try_from(spread >> 32).unwrap() % end
    }

    pub(crate) async fn send(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let answer = match &self.way {
            Way::Http { http, base } => {
                let mut request = http.request(method.clone(), format!("{base}{path}"));
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                if let Some(body) = &body {
                    request = request.header("content-type", "application/json").body(body.to_string());
                }
                let response = request.send().await.unwrap();
                let (status, headers) = (response.status(), response.headers().clone());
                let answer = Answer::checked(status, headers, &response.bytes().await.unwrap());
                Asked::at(method.clone(), path, body.as_ref()).check(&answer);
                answer
            }
            Way::Here(app) => {
                let call = app.call(method.clone(), path);
                let call = if let Some(token) = token { call.bearer(token) } else { call };
                let call = if let Some(body) = &body { call.json(body) } else { call };
                call.send().await
            }
        };
        if answer.status.is_success() {
            self.note(&method, path);
        }
        answer
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(Method::GET, path, token, None).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Answer {
        self.send(Method::POST, path, token, Some(body)).await
    }

    fn note(&self, method: &Method, path: &str) {
        let path = path.split('?').next().unwrap();
        let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
        let is_it = |route: &&Route| {
            let mut router = matchit::Router::new();
            router.insert(route.path, ()).unwrap();
            route.method == *method && router.at(path).is_ok()
        };
        // `/favorites/refresh` is no product.
        let route = ROUTES.iter().filter(is_it).min_by_key(|route| route.path.matches('{').count());
        if let Some(route) = route {
            self.used.lock().unwrap().insert((method.to_string(), route.path));
        }
    }

    /// Fails when a route of the list of routes has not done yet what it is for.
    pub(crate) fn assert_every_route_was_used(&self) {
        let used = self.used.lock().unwrap();
        let is_unused = |route: &&Route| !used.contains(&(route.method.to_string(), route.path));
        let unused: Vec<_> = ROUTES.iter().filter(is_unused).map(|route| (&route.method, route.path)).collect();
        assert!(unused.is_empty(), "the journey leads past {unused:?}");
    }
}
