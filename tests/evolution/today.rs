//! The current code with items of earlier releases and of a newer one.

use serde_json::{Value, json};

use super::{
    api::{Api, ApiRequest, settle},
    fixtures, kinds,
    reading::{self, read_all},
};
use crate::support::{
    app::{PASSWORD, TestApp},
    fake_catalog::FakeCatalog,
    functions::Settings,
    keys::TestKeys,
};

/// Kinds that are replaced as a whole: cached products and pages, tracked products and the refresh
/// round. An attribute of another release is lost with the next write, which is acceptable for
/// them.
const REPLACED_KINDS: [&str; 4] = ["product", "products-page", "held-product", "refresh-round"];
/// An attribute that a newer release could add.
const UNKNOWN: &str = "kept_by_a_newer_release";

async fn app(catalog: &FakeCatalog) -> TestApp {
    let settings = Settings { catalog: catalog.config(), peppers: super::peppers(), ..Settings::default() };
    let app = TestApp::with_keys(TestKeys::fixed(), settings).await;
    app.clock.advance(60);
    app
}

#[tokio::test]
async fn all_fixtures_can_be_read() {
    let catalog = FakeCatalog::with_products(120).await;
    for nth in 0..fixtures::dataset_count() {
        let app = app(&catalog).await;
        let now = app.now();
        read_all(&app, fixtures::dataset(nth, now)).await;
    }
}

#[tokio::test]
async fn tokens_of_earlier_releases_are_accepted() {
    let catalog = FakeCatalog::with_products(1).await;
    let app = app(&catalog).await;
    for item in fixtures::newest_dataset(app.now()) {
        app.dynamo.put(&item);
    }
    for issued in reading::outside("access-token") {
        let me = app.get("/v1/auth/me").bearer(issued["token"].as_str().unwrap()).send().await;
        assert_eq!(me.expect(200)["id"], issued["user"]);
    }
}

#[tokio::test]
async fn attributes_of_a_newer_release_are_ignored_and_preserved() {
    let catalog = FakeCatalog::with_products(120).await;
    let app = app(&catalog).await;
    let mut dataset = fixtures::newest_dataset(app.now());
    for item in &mut dataset {
        item[UNKNOWN] = json!({"M": {"some": {"S": "thing"}}});
    }
    read_all(&app, dataset.clone()).await;
    change_everything(&app, &catalog, &dataset).await;

    let (mut changed, after) = (Vec::new(), app.dynamo.all_items());
    for before in &dataset {
        let kind = kinds::kind_of(before);
        let is_it = |item: &&Value| item["pk"] == before["pk"] && item["sk"] == before["sk"];
        let Some(after) = after.iter().find(is_it) else { continue };
        if after == before {
            continue;
        }
        changed.push(kind);
        let is_preserved = after.get(UNKNOWN) == before.get(UNKNOWN);
        assert!(is_preserved || REPLACED_KINDS.contains(&kind), "{kind}: an unknown attribute is lost: {after:#}");
    }
    changed.sort_unstable();
    changed.dedup();
    // Items of other kinds are never changed.
    let expected = [
        "administrators",
        "counters",
        "credential",
        "customer",
        "favorite",
        "held-product",
        "product",
        "products-page",
        "refresh-round",
        "session",
        "user",
        "watchlist-item",
    ];
    assert_eq!(changed, expected);
}

/// Changes at least one item of each kind that is ever changed.
async fn change_everything(app: &TestApp, catalog: &FakeCatalog, dataset: &[Value]) {
    app.clock.advance(360);
    let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
    let of = |kind: &'static str| dataset.iter().filter(move |item| kinds::kind_of(item) == kind);
    let sign_in =
        async |email: &str| app.login(email, PASSWORD).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    let favorite = of("favorite").next().unwrap();
    let owner = of("customer-owner").find(|owner| text(favorite, "pk").starts_with(&text(owner, "pk"))).unwrap();
    let owner = text(owner, "owner_id");
    let profile = of("user").find(|user| text(user, "pk") == format!("USER#{owner}")).unwrap();
    let own = sign_in(&text(profile, "email")).await;
    let patch = |path: String, body: Value| ApiRequest::new(http::Method::PATCH, path).json(body);
    for item in of("watchlist-item") {
        let path = format!("/v1/watchlists/items/{}", &text(item, "sk")["ITEM#".len()..]);
        app.send(patch(path, json!({"title": "Changed"})).bearer(&own)).await.expect(200);
    }
    for item in of("customer") {
        let path = format!("/v1/customers/{}", &text(item, "sk")["CUSTOMER#".len()..]);
        app.send(patch(path, json!({"name": "Changed"})).bearer(&own)).await.expect(200);
    }
    app.send(ApiRequest::get("/v1/products").bearer(&own)).await.expect(200);
    let customer = text(favorite, "pk").split('#').nth(1).unwrap().to_owned();
    let product = text(favorite, "sk").split('#').nth(1).unwrap().to_owned();
    catalog.set_price(product.parse().unwrap(), "99.99");
    app.trigger("catalog-refresh", json!({"begin": true})).await;
    let tracked: Vec<String> = of("held-product").map(|item| text(item, "pk")["PRODUCT#".len()..].to_owned()).collect();
    let another = json!({"product_ids": tracked});
    app.send(ApiRequest::post(format!("/v1/customers/{customer}/favorites"), another).bearer(&own)).await;
    settle(app).await;

    // Another account than the owner, so that the sessions of the owner remain.
    let is_other = |user: &&Value| user["role"]["S"] == "user" && user["email"] != profile["email"];
    let other = of("user").find(is_other).unwrap();
    app.trigger("admin-bootstrap", json!({"email": text(other, "email")})).await;
    settle(app).await;
}
