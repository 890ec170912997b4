use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use ::functions::{FALLBACK, ROUTES, admin_bootstrap, audit_relay, audit_worker, catalog_refresh, catalog_worker};
use axum::{Router, body::Body, response::Response};
use http::{Method, Request};
use serde_json::{Value, json};
use shared::{
    boot::{Environment, FromEnvironment},
    http::SourceIp,
};
use tower::ServiceExt;

use super::{
    dynamo::DynamoDb,
    functions::{self, Settings},
    keys::TestKeys,
    request::TestRequest,
    response::TestResponse,
    sqs::TestQueue,
    time::TestClock,
};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// All functions over one table, invoked as by API Gateway.
pub(crate) struct TestApp {
    pub(crate) dynamo: Arc<DynamoDb>,
    pub(crate) keys: Arc<TestKeys>,
    pub(crate) clock: TestClock,
    pub(crate) settings: Settings,
    environment: Environment,
    functions: BTreeMap<&'static str, Router>,
    paths: matchit::Router<HashMap<Method, &'static str>>,
}

/// A signed-in user.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self::with_keys(TestKeys::new(), settings).await
    }

    pub(crate) async fn with_keys(keys: TestKeys, mut settings: Settings) -> Self {
        if settings.queue.is_none() {
            settings.queue = Some(TestQueue::create().await);
        }
        if settings.refresh_queue.is_none() {
            settings.refresh_queue = Some(TestQueue::for_refreshes().await);
        }
        let (dynamo, keys) = (Arc::new(DynamoDb::start().await), Arc::new(keys));
        Self::over(dynamo, keys, TestClock::new(), settings)
    }

    fn over(dynamo: Arc<DynamoDb>, keys: Arc<TestKeys>, clock: TestClock, settings: Settings) -> Self {
        let environment = functions::environment(&dynamo, &keys, &clock, &settings);
        let functions = functions::routers(&environment);
        Self { dynamo, keys, clock, settings, environment, functions, paths: paths() }
    }

    /// Creates other instances of the functions, over the same table, Redis and queues.
    pub(crate) fn other_instances(&self) -> Self {
        self.other_instances_with(self.settings.clone())
    }

    /// Creates other instances of the functions with other settings, over the same table.
    pub(crate) fn other_instances_with(&self, mut settings: Settings) -> Self {
        settings.queue = settings.queue.or_else(|| self.settings.queue.clone());
        settings.refresh_queue = settings.refresh_queue.or_else(|| self.settings.refresh_queue.clone());
        Self::over(self.dynamo.clone(), self.keys.clone(), self.clock.clone(), settings)
    }

    /// Creates an app with one user.
    pub(crate) async fn with_user() -> (Self, User) {
        let app = Self::new().await;
        let user = app.user("ada@example.com").await;
        (app, user)
    }

    /// Registers a user and signs in.
    pub(crate) async fn user(&self, email: &str) -> User {
        let id = self.register(email, PASSWORD).await.expect(201)["id"].as_str().unwrap().to_owned();
        let token = self.login(email, PASSWORD).await.expect(200)["access_token"].as_str().unwrap().to_owned();
        self.dynamo.take_calls();
        User { id, token }
    }

    /// Registers an administrator, promoted by `admin-bootstrap`, and signs in.
    pub(crate) async fn admin(&self) -> User {
        self.promoted("admin@example.com").await
    }

    /// Registers a second administrator and signs in.
    pub(crate) async fn second_admin(&self) -> User {
        self.promoted("second@example.com").await
    }

    async fn promoted(&self, email: &str) -> User {
        let id = self.register(email, PASSWORD).await.expect(201)["id"].as_str().unwrap().to_owned();
        let request = admin_bootstrap::Request { email: email.to_owned() };
        admin_bootstrap::bootstrap(self.build(), request).await.unwrap();
        let token = self.login(email, PASSWORD).await.expect(200)["access_token"].as_str().unwrap().to_owned();
        self.dynamo.take_calls();
        User { id, token }
    }

    /// Builds a dependency with the app's settings, as `boot` does in production.
    pub(crate) fn build<D: FromEnvironment>(&self) -> D {
        functions::build(&self.environment)
    }

    /// Stores all audit events so far: those in the queue by `audit-worker`, then those in the
    /// outbox by `audit-relay`.
    pub(crate) async fn store_events(&self) {
        self.store_queued_events().await;
        self.audit_relay().await;
    }

    /// Stores the events in the queue, by `audit-worker`.
    pub(crate) async fn store_queued_events(&self) {
        let queue = self.settings.queue.as_ref().unwrap();
        loop {
            let batch = queue.take_batch().await;
            if batch["Records"].as_array().unwrap().is_empty() {
                break;
            }
            let report = self.audit_worker(batch).await;
            assert_eq!(report, json!({"batchItemFailures": []}));
        }
    }

    /// Invokes `audit-worker` with an event.
    pub(crate) async fn audit_worker(&self, event: Value) -> Value {
        let report = audit_worker::store(self.build(), serde_json::from_value(event).unwrap()).await.unwrap();
        serde_json::to_value(report).unwrap()
    }

    /// Invokes `audit-relay`.
    pub(crate) async fn audit_relay(&self) -> Value {
        serde_json::to_value(audit_relay::drain(self.build(), audit_relay::Tick {}).await.unwrap()).unwrap()
    }

    /// Starts a refresh round with `catalog-refresh`, as an operator does.
    pub(crate) async fn catalog_refresh(&self) -> Value {
        self.catalog_refresh_tick(catalog_refresh::Tick { begin: true }).await
    }

    /// Invokes `catalog-refresh` as the schedule does.
    pub(crate) async fn scheduled_catalog_refresh(&self) -> Value {
        self.catalog_refresh_tick(catalog_refresh::Tick { begin: false }).await
    }

    async fn catalog_refresh_tick(&self, tick: catalog_refresh::Tick) -> Value {
        let done = catalog_refresh::queue(self.build(), tick).await.unwrap();
        serde_json::to_value(done).unwrap()
    }

    /// Invokes `catalog-worker` with an event.
    pub(crate) async fn catalog_worker(&self, event: Value) -> Value {
        let report = catalog_worker::refresh(self.build(), serde_json::from_value(event).unwrap()).await.unwrap();
        serde_json::to_value(report).unwrap()
    }

    /// Handles all messages in the queue of refresh requests, by `catalog-worker`.
    pub(crate) async fn do_refreshes(&self) {
        let queue = self.settings.refresh_queue.as_ref().unwrap();
        loop {
            let batch = queue.take_batch().await;
            if batch["Records"].as_array().unwrap().is_empty() {
                break;
            }
            assert_eq!(self.catalog_worker(batch).await, json!({"batchItemFailures": []}));
        }
    }

    /// Creates a customer and returns its id.
    pub(crate) async fn customer(&self, user: &User, email: &str) -> String {
        let call = self.post("/v1/customers").bearer(&user.token);
        let answer = call.json(&json!({"name": "Customer", "email": email})).send().await;
        answer.expect(201)["id"].as_str().unwrap().to_owned()
    }

    /// Adds products to a customer's favourites.
    pub(crate) async fn favorite(&self, user: &User, customer: &str, product_ids: Value) -> TestResponse {
        let call = self.post(&format!("/v1/customers/{customer}/favorites")).bearer(&user.token);
        call.json(&json!({"product_ids": product_ids})).send().await
    }

    /// Returns a page of a customer's favourites.
    pub(crate) async fn favorites(&self, user: &User, customer: &str, query: &str) -> Value {
        let path = format!("/v1/customers/{customer}/favorites?{query}");
        self.get(&path).bearer(&user.token).send().await.expect(200).clone()
    }

    pub(crate) async fn register(&self, email: &str, password: &str) -> TestResponse {
        self.post("/v1/auth/register").json(&json!({"email": email, "password": password})).send().await
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> TestResponse {
        self.post("/v1/auth/login").json(&json!({"email": email, "password": password})).send().await
    }

    /// Adds a watchlist item and returns it as the API does.
    pub(crate) async fn add(&self, user: &User, title: &str, item_type: &str) -> Value {
        let call = self.post("/v1/watchlists/items").bearer(&user.token);
        let answer = call.json(&json!({"title": title, "type": item_type})).send().await;
        answer.expect(201)["item"].clone()
    }

    pub(crate) fn get(&self, path: &str) -> TestRequest<'_> {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> TestRequest<'_> {
        self.call(Method::POST, path)
    }

    pub(crate) fn put(&self, path: &str) -> TestRequest<'_> {
        self.call(Method::PUT, path)
    }

    pub(crate) fn patch(&self, path: &str) -> TestRequest<'_> {
        self.call(Method::PATCH, path)
    }

    pub(crate) fn delete(&self, path: &str) -> TestRequest<'_> {
        self.call(Method::DELETE, path)
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, method, path)
    }

    /// Returns the function that API Gateway would invoke.
    pub(crate) fn function_for(&self, method: &Method, path: &str) -> &'static str {
        self.paths.at(path).ok().and_then(|found| found.value.get(method).copied()).unwrap_or(FALLBACK)
    }

    pub(crate) async fn invoke(&self, function: &str, mut request: Request<Body>) -> Response {
        if request.extensions().get::<SourceIp>().is_none() {
            request.extensions_mut().insert(SourceIp([192, 0, 2, 7].into()));
        }
        self.functions[function].clone().oneshot(request).await.unwrap()
    }
}

fn paths() -> matchit::Router<HashMap<Method, &'static str>> {
    let mut methods: HashMap<String, HashMap<Method, &'static str>> = HashMap::new();
    for route in ROUTES {
        for path in [route.path.to_owned(), format!("{}/", route.path)] {
            methods.entry(path).or_default().insert(route.method.clone(), route.function);
        }
    }
    let mut router = matchit::Router::new();
    for (path, methods) in methods {
        router.insert(path, methods).unwrap();
    }
    router
}
