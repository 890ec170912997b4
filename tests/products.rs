//! `/v1/products`: the catalogue through the product cache. The functions run as deployed: outside
//! the private network and without Redis.

mod absence;
mod cache_faults;
mod freshness;
mod pages;
mod sessions;

use serde_json::{Value, json};
use shared::config::{CatalogConfig, CatalogKind, RedisConfig};

use crate::support::{
    app::{PASSWORD, TestApp, User},
    dynamo::TABLE,
    fake_catalog::FakeCatalog,
    functions::{Settings, patient},
    response::TestResponse,
    stub_server::{Reply, StubServer},
};

/// A catalogue and a signed-in user.
struct ProductsApp {
    app: TestApp,
    catalog: FakeCatalog,
    ada: User,
}

impl ProductsApp {
    /// The catalogue has products 1 to `products`.
    async fn with_products(products: u32) -> Self {
        let catalog = FakeCatalog::with_products(products).await;
        let (app, ada) = without_redis(catalog.config()).await;
        Self { app, catalog, ada }
    }

    async fn product(&self, id: &str) -> TestResponse {
        self.get(&format!("/v1/products/{id}")).await
    }

    async fn page(&self, query: &str) -> TestResponse {
        self.get(&format!("/v1/products{query}")).await
    }

    async fn get(&self, path: &str) -> TestResponse {
        self.app.get(path).bearer(&self.ada.token).send().await
    }

    /// Advances the clock and signs in again, because an access token expires after 15 minutes.
    async fn advance(&mut self, seconds: i64) {
        self.app.clock.advance(seconds);
        let answer = self.app.login("ada@example.com", PASSWORD).await;
        answer.expect(200)["access_token"].as_str().unwrap().clone_into(&mut self.ada.token);
    }

    /// The number of requests to the catalogue since the last call.
    fn catalog_requests(&self) -> usize {
        self.catalog.take_requests().len()
    }
}

/// Functions without Redis that use this catalogue.
async fn without_redis(catalog: CatalogConfig) -> (TestApp, User) {
    let redis = RedisConfig { url: None, ..patient("redis://127.0.0.1") };
    let app = TestApp::with(Settings { redis, catalog, ..Settings::default() }).await;
    let ada = app.user("ada@example.com").await;
    (app, ada)
}

/// Functions without Redis that use a catalogue with this reply to every request.
async fn with_reply(reply: Reply) -> (TestApp, User, StubServer) {
    let server = StubServer::new(reply).await;
    let (app, ada) = without_redis(CatalogConfig { kind: CatalogKind::Simple, url: server.url() }).await;
    (app, ada, server)
}

fn put_item(app: &TestApp, item: &Value) {
    let put = json!({"TableName": TABLE, "Item": item});
    app.dynamo.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
}

/// The only item with this prefix of its sort key.
fn stored(app: &TestApp, sk: &str) -> Value {
    let is_it = |item: &Value| item["sk"]["S"].as_str().unwrap().starts_with(sk);
    let mut found: Vec<_> = app.dynamo.items().into_iter().filter(is_it).collect();
    assert_eq!(found.len(), 1, "{sk}: {found:#?}");
    found.remove(0)
}
