//! Today's code, on what was stored before it and on what will be stored after it.

use serde_json::{Value, json};

use super::{
    api::{Api, Asked, settle},
    fixtures, kinds,
    reading::{self, read_all},
};
use crate::support::{
    app::{PASSWORD, TestApp},
    functions::Settings,
    keys::TestKeys,
    shop::Shop,
};

/// What is written as a whole, because nothing of it is worth more than what is written: what the catalogue said, that a
/// product is held, and how far a round has come. What another release keeps with these is gone with the next write.
const WRITTEN_WHOLE: [&str; 4] = ["product", "products-page", "held-product", "refresh-round"];
/// What a newer release may keep with anything.
const UNKNOWN: &str = "kept_by_a_newer_release";

async fn app(shop: &Shop) -> TestApp {
    let settings = Settings { catalog: shop.config(), peppers: super::peppers(), ..Settings::default() };
    let app = TestApp::with_keys(TestKeys::fixed(), settings).await;
    app.clock.advance(60);
    app
}

#[tokio::test]
async fn everything_that_was_ever_stored_is_read() {
    let shop = Shop::with(120).await;
    for nth in 0..fixtures::worlds() {
        let app = app(&shop).await;
        let now = app.now();
        read_all(&app, fixtures::world(nth, now)).await;
    }
}

#[tokio::test]
async fn a_token_that_was_given_out_is_good() {
    let shop = Shop::with(1).await;
    let app = app(&shop).await;
    for item in fixtures::newest(app.now()) {
        app.dynamo.put(&item);
    }
    for given in reading::outside("access-token") {
        let me = app.get("/v1/auth/me").bearer(given["token"].as_str().unwrap()).send().await;
        assert_eq!(me.expect(200)["id"], given["user"]);
    }
}

#[tokio::test]
async fn what_a_newer_release_adds_to_an_item_is_read_past_and_stays() {
    let shop = Shop::with(120).await;
    let app = app(&shop).await;
    let mut world = fixtures::newest(app.now());
    for item in &mut world {
        item[UNKNOWN] = json!({"M": {"some": {"S": "thing"}}});
    }
    read_all(&app, world.clone()).await;
    change_everything(&app, &shop, &world).await;

    let (mut changed, after) = (Vec::new(), app.dynamo.all_items());
    for before in &world {
        let kind = kinds::kind_of(before);
        let is_it = |item: &&Value| item["pk"] == before["pk"] && item["sk"] == before["sk"];
        let Some(after) = after.iter().find(is_it) else { continue };
        if after == before {
            continue;
        }
        changed.push(kind);
        let stays = after.get(UNKNOWN) == before.get(UNKNOWN);
        assert!(
            stays || WRITTEN_WHOLE.contains(&kind),
            "{kind}: an attribute that this code does not know is lost: {after:#}"
        );
    }
    changed.sort_unstable();
    changed.dedup();
    // The others are written once, or come and go.
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
async fn change_everything(app: &TestApp, shop: &Shop, world: &[Value]) {
    app.clock.advance(360);
    let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
    let of = |kind: &'static str| world.iter().filter(move |item| kinds::kind_of(item) == kind);
    let sign_in =
        async |email: &str| app.login(email, PASSWORD).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    let favorite = of("favorite").next().unwrap();
    let owner = of("customer-owner").find(|owner| text(favorite, "pk").starts_with(&text(owner, "pk"))).unwrap();
    let owner = text(owner, "owner_id");
    let profile = of("user").find(|user| text(user, "pk") == format!("USER#{owner}")).unwrap();
    let own = sign_in(&text(profile, "email")).await;
    let patch = |path: String, body: Value| Asked::new(http::Method::PATCH, path).json(body);
    for item in of("watchlist-item") {
        let path = format!("/v1/watchlists/items/{}", &text(item, "sk")["ITEM#".len()..]);
        app.send(patch(path, json!({"title": "Changed"})).bearer(&own)).await.expect(200);
    }
    for item in of("customer") {
        let path = format!("/v1/customers/{}", &text(item, "sk")["CUSTOMER#".len()..]);
        app.send(patch(path, json!({"name": "Changed"})).bearer(&own)).await.expect(200);
    }
    app.send(Asked::get("/v1/products").bearer(&own)).await.expect(200);
    let customer = text(favorite, "pk").split('#').nth(1).unwrap().to_owned();
    let product = text(favorite, "sk").split('#').nth(1).unwrap().to_owned();
    shop.set_price(product.parse().unwrap(), "99.99");
    app.trigger("catalog-refresh", json!({"begin": true})).await;
    let another = json!({"product_ids": of("held-product").map(|held| text(held, "pk")["PRODUCT#".len()..].to_owned()).collect::<Vec<_>>()});
    app.send(Asked::post(format!("/v1/customers/{customer}/favorites"), another).bearer(&own)).await;
    settle(app).await;

    // Not the owner, whose sessions are to stay.
    let is_other = |user: &&Value| user["role"]["S"] == "user" && user["email"] != profile["email"];
    let other = of("user").find(is_other).unwrap();
    app.trigger("admin-bootstrap", json!({"email": text(other, "email")})).await;
    settle(app).await;
}
