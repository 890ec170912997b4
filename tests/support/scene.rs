use serde_json::{Value, json};

use super::{
    app::{PASSWORD, TestApp, User},
    fake_catalog::FakeCatalog,
    functions::Settings,
    response::TestResponse,
};

/// An app with a catalogue, and a signed-in user with one customer. The modules that test customers
/// and refreshes add methods of their own.
pub(crate) struct Scene {
    pub(crate) app: TestApp,
    pub(crate) catalog: FakeCatalog,
    pub(crate) ada: User,
    /// The id of Ada's customer, `customer@example.com`.
    pub(crate) customer: String,
}

impl Scene {
    /// The catalogue has products 1 to `products`. There are no favourites.
    pub(crate) async fn with_products(products: u32) -> Self {
        let catalog = FakeCatalog::with_products(products).await;
        let app = TestApp::with(Settings { catalog: catalog.config(), ..Settings::default() }).await;
        let ada = app.user("ada@example.com").await;
        let customer = app.customer(&ada, "customer@example.com").await;
        app.dynamo.take_calls();
        Self { app, catalog, ada, customer }
    }

    /// The customer's path, followed by `rest`.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v1/customers/{}{rest}", self.customer)
    }

    /// Adds products to the favourites.
    pub(crate) async fn add(&self, product_ids: Value) -> TestResponse {
        self.app.favorite(&self.ada, &self.customer, product_ids).await
    }

    /// Adds products 1 to `products` to the favourites, fifty at a time.
    pub(crate) async fn add_first(&self, products: u32) {
        let ids: Vec<u32> = (1..=products).collect();
        for ids in ids.chunks(50) {
            self.add(json!(ids)).await.expect(201);
        }
    }

    /// Removes a product from the favourites.
    pub(crate) async fn remove(&self, product: &str) -> TestResponse {
        let path = self.path(&format!("/favorites/{product}"));
        self.app.delete(&path).bearer(&self.ada.token).send().await
    }

    /// Advances the clock and signs in again, because an access token expires after 15 minutes.
    pub(crate) async fn advance(&mut self, seconds: i64) {
        self.app.clock.advance(seconds);
        let response = self.app.login("ada@example.com", PASSWORD).await;
        response.expect(200)["access_token"].as_str().unwrap().clone_into(&mut self.ada.token);
    }
}
