//! Property tests: any response is parsed without a panic, and every parsed product is valid.

use proptest::{collection::vec, prelude::*};
use reqwest::StatusCode;

use super::{CatalogError, CatalogPage, adapter::Adapter, adapter_for, parse};
use crate::{
    config::CatalogKind,
    domain::{Price, Product, ProductId, Snapshot},
    upstream::client::Response,
};

const UUID: &str = "1bf0f365-fbdd-4e21-9786-da459d78dd1f";

/// A valid product of each kind of catalogue, and its id.
const VALID: [(CatalogKind, &str, &str); 3] = [
    (
        CatalogKind::Luizalabs,
        UUID,
        r#"{"id":"1bf0f365-fbdd-4e21-9786-da459d78dd1f","title":"A","price":19.99,"image":"https://example.com","reviewScore":4.5}"#,
    ),
    (
        CatalogKind::Fakestore,
        "1",
        r#"{"id":1,"title":"A","price":19.99,"image":"https://example.com","rating":{"rate":3.9,"count":1}}"#,
    ),
    (CatalogKind::Simple, "1", r#"{"id":1,"title":"A","price":19.99,"image_url":"https://example.com","review":"B"}"#),
];

fn response(status: u16, body: Vec<u8>) -> Response {
    Response { status: StatusCode::from_u16(status).unwrap(), body }
}

/// Parses a response as a product and as a page.
fn parse_both(adapter: &dyn Adapter, id: &str, status: u16, body: Vec<u8>) -> (Option<Product>, CatalogPage) {
    let (id, response) = (ProductId::parse(id).unwrap(), response(status, body));
    let product = parse::product(adapter, &id, &response);
    // A product with another id is an error.
    assert!(!matches!(&product, Ok(Some(product)) if product.id != id));
    (product.ok().flatten(), parse::page(adapter, 1, &response).unwrap_or_default())
}

fn assert_valid(product: &Product) {
    let Snapshot { title, image_url, price, review } = &product.snapshot;
    assert!((Price::parse("0").unwrap()..=Price::parse("1000000000").unwrap()).contains(price), "{price}");
    assert!((1..=Snapshot::MAX_TITLE).contains(&title.chars().count()) && !title.contains(char::is_control));
    assert!(image_url.iter().all(|url| url.len() <= Snapshot::MAX_IMAGE_URL && !url.contains(char::is_control)));
    let fits = |review: &String| (1..=Snapshot::MAX_REVIEW).contains(&review.chars().count());
    assert!(review.iter().all(|review| fits(review) && !review.contains(char::is_control)));
}

/// Random bytes, random JSON fragments, products with random prices, and products with some bytes
/// changed.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let changed = |(_, _, valid): (CatalogKind, &'static str, &'static str)| {
        let changes = vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), Just(b'0'), Just(b'"')]), 0..4);
        (changes, any::<bool>()).prop_map(move |(changes, in_a_page)| {
            let mut body = valid.as_bytes().to_vec();
            for (at, byte) in changes {
                let at = at.index(body.len());
                body[at] = byte;
            }
            if in_a_page { [b"[", &body[..], b"]"].concat() } else { body }
        })
    };
    let price = r#"[ -]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,12})?|"19.99"|[\[\]{}a-z"]{0,9}"#;
    let priced = (prop::sample::select(&VALID[..]), price)
        .prop_map(|((_, _, valid), price)| valid.replace("19.99", &price).into_bytes());
    prop_oneof![
        vec(any::<u8>(), 0..200),
        r#"[\[\]{}:,"a-z0-9.\\-]{0,80}"#.prop_map(String::into_bytes),
        priced,
        prop::sample::select(&VALID[..]).prop_flat_map(changed)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_response_gives_valid_products_or_an_error(status in prop_oneof![Just(200), Just(404)], body in bodies()) {
        for (kind, id, _) in VALID {
            let (product, page) = parse_both(adapter_for(kind), id, status, body.clone());
            product.iter().chain(&page.products).for_each(assert_valid);
        }
    }

    #[test]
    fn a_price_has_exactly_the_digits_of_the_response(whole in 0..1_000_000_000u32, part in 0..10_000u32) {
        for (kind, id, valid) in VALID {
            let digits = format!("{whole}.{part:04}");
            let body = valid.replace("19.99", &digits).into_bytes();
            let (product, _) = parse_both(adapter_for(kind), id, 200, body);
            let formatted = product.unwrap().snapshot.price.to_string();
            prop_assert_eq!(format!("{:0<4}", formatted.split_once('.').unwrap().1), format!("{part:04}"));
            prop_assert_eq!(formatted.split_once('.').unwrap().0, whole.to_string());
        }
    }
}

#[test]
fn the_products_that_the_properties_change_are_valid() {
    for (kind, id, valid) in VALID {
        assert!(parse_both(adapter_for(kind), id, 200, valid.into()).0.is_some(), "{kind:?}");
    }
}

#[test]
fn an_error_never_quotes_the_response() {
    for (kind, id, valid) in VALID {
        let adapter = adapter_for(kind);
        let secret = "do-not-log";
        for (from, to) in [("\"A\"", "[\"do-not-log\"]"), ("19.99", "\"do-not-log\""), ("https:", "do-not-log:")] {
            let id = ProductId::parse(id).unwrap();
            let error = parse::product(adapter, &id, &response(200, valid.replace(from, to).into())).unwrap_err();
            let text = format!("{error} {:?} {error:?}", error.cause());
            assert!(matches!(error, CatalogError::InvalidProduct(_)) && !text.contains(secret), "{text}");
        }
        let id = ProductId::parse(id).unwrap();
        let error = parse::product(adapter, &id, &response(200, secret.into())).unwrap_err();
        assert!(!format!("{error:?}").contains(secret));
    }
}
