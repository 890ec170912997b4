//! `/v1/products`: the catalogue through what is kept of it. The functions run as they do when deployed: outside the private
//! network, without Redis.

mod absence;
mod freshness;
mod kept;
mod pages;
mod sessions;

use serde_json::{Value, json};
use shared::config::{CatalogConfig, CatalogKind, RedisConfig};

use crate::support::{
    answer::Answer,
    app::{PASSWORD, TestApp, User},
    catalogue::{Host, Reply},
    dynamo::TABLE,
    functions::{Settings, patient},
    shop::Shop,
};

/// A catalogue with products, and somebody who asks for them.
struct Scene {
    app: TestApp,
    shop: Shop,
    ada: User,
}

impl Scene {
    /// The catalogue has products 1 to so many.
    async fn selling(products: u32) -> Self {
        let shop = Shop::with(products).await;
        let (app, ada) = outside(shop.config()).await;
        Self { app, shop, ada }
    }

    async fn product(&self, id: &str) -> Answer {
        self.get(&format!("/v1/products/{id}")).await
    }

    async fn page(&self, query: &str) -> Answer {
        self.get(&format!("/v1/products{query}")).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.app.get(path).bearer(&self.ada.token).send().await
    }

    /// Signs in again: time has passed, and a token is good for a quarter of an hour.
    async fn wait(&mut self, seconds: i64) {
        self.app.clock.advance(seconds);
        let answer = self.app.login("ada@example.com", PASSWORD).await;
        answer.expect(200)["access_token"].as_str().unwrap().clone_into(&mut self.ada.token);
    }

    /// How often the catalogue was asked since the last time.
    fn questions(&self) -> usize {
        self.shop.take_asked().len()
    }
}

/// Functions without Redis before a catalogue.
async fn outside(catalog: CatalogConfig) -> (TestApp, User) {
    let redis = RedisConfig { url: None, ..patient("redis://127.0.0.1") };
    let app = TestApp::with(Settings { redis, catalog, ..Settings::default() }).await;
    let ada = app.user("ada@example.com").await;
    (app, ada)
}

/// Functions without Redis before a catalogue that says this to everybody.
async fn before_host(reply: Reply) -> (TestApp, User, Host) {
    let host = Host::saying(reply).await;
    let (app, ada) = outside(CatalogConfig { kind: CatalogKind::Simple, url: host.url() }).await;
    (app, ada, host)
}

fn put_item(app: &TestApp, item: &Value) {
    let put = json!({"TableName": TABLE, "Item": item});
    app.dynamo.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
}

/// The only item whose sort key begins so.
fn stored(app: &TestApp, sk: &str) -> Value {
    let is_it = |item: &Value| item["sk"]["S"].as_str().unwrap().starts_with(sk);
    let mut found: Vec<_> = app.dynamo.items().into_iter().filter(is_it).collect();
    assert_eq!(found.len(), 1, "{sk}: {found:#?}");
    found.remove(0)
}
