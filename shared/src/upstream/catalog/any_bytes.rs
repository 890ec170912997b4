//! Whatever a catalogue sends: it is read without a panic, and nothing comes of it that may not be.

use proptest::{collection::vec, prelude::*};
use reqwest::StatusCode;

use super::{CatalogPage, Unreachable, read, shape, shape::Shape};
use crate::{
    config::CatalogKind,
    domain::{Price, Product, ProductId, Snapshot},
    upstream::client::Answer,
};

const UUID: &str = "1bf0f365-fbdd-4e21-9786-da459d78dd1f";

/// A good product of each shape, and its id.
const GOOD: [(CatalogKind, &str, &str); 3] = [
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

fn answer(status: u16, body: Vec<u8>) -> Answer {
    Answer { status: StatusCode::from_u16(status).unwrap(), body }
}

/// What comes of an answer, as a product and as a page.
fn read_both(shape: &dyn Shape, id: &str, status: u16, body: Vec<u8>) -> (Option<Product>, CatalogPage) {
    let (id, answer) = (ProductId::parse(id).unwrap(), answer(status, body));
    let product = read::product(shape, &id, &answer);
    // It says which product it is, or that there is none.
    assert!(!matches!(&product, Ok(Some(product)) if product.id != id));
    (product.ok().flatten(), read::page(shape, 1, &answer).unwrap_or_default())
}

fn assert_in_range(product: &Product) {
    let Snapshot { title, image_url, price, review } = &product.snapshot;
    assert!((Price::parse("0").unwrap()..=Price::parse("1000000000").unwrap()).contains(price), "{price}");
    assert!((1..=Snapshot::MAX_TITLE).contains(&title.chars().count()) && !title.contains(char::is_control));
    assert!(image_url.iter().all(|url| url.len() <= Snapshot::MAX_IMAGE_URL && !url.contains(char::is_control)));
    let fits = |review: &String| (1..=Snapshot::MAX_REVIEW).contains(&review.chars().count());
    assert!(review.iter().all(|review| fits(review) && !review.contains(char::is_control)));
}

/// Bytes that are no JSON, JSON that is no product, and products with bytes changed.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let changed = |(_, _, good): (CatalogKind, &'static str, &'static str)| {
        let changes = vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), Just(b'0'), Just(b'"')]), 0..4);
        (changes, any::<bool>()).prop_map(move |(changes, in_a_page)| {
            let mut body = good.as_bytes().to_vec();
            for (at, byte) in changes {
                let at = at.index(body.len());
                body[at] = byte;
            }
            if in_a_page { [b"[", &body[..], b"]"].concat() } else { body }
        })
    };
    let price = r#"[ -]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,12})?|"19.99"|[\[\]{}a-z"]{0,9}"#;
    let priced = (prop::sample::select(&GOOD[..]), price)
        .prop_map(|((_, _, good), price)| good.replace("19.99", &price).into_bytes());
    prop_oneof![
        vec(any::<u8>(), 0..200),
        r#"[\[\]{}:,"a-z0-9.\\-]{0,80}"#.prop_map(String::into_bytes),
        priced,
        prop::sample::select(&GOOD[..]).prop_flat_map(changed)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_is_sent_gives_a_good_product_or_none(status in prop_oneof![Just(200), Just(404)], body in bodies()) {
        for (kind, id, _) in GOOD {
            let (product, page) = read_both(shape::of(kind), id, status, body.clone());
            product.iter().chain(&page.products).for_each(assert_in_range);
        }
    }

    #[test]
    fn a_price_that_is_read_is_what_its_digits_say(whole in 0..1_000_000_000u32, part in 0..10_000u32) {
        for (kind, id, good) in GOOD {
            let digits = format!("{whole}.{part:04}");
            let body = good.replace("19.99", &digits).into_bytes();
            let (product, _) = read_both(shape::of(kind), id, 200, body);
            let written = product.unwrap().snapshot.price.to_string();
            prop_assert_eq!(format!("{:0<4}", written.split_once('.').unwrap().1), format!("{part:04}"));
            prop_assert_eq!(written.split_once('.').unwrap().0, whole.to_string());
        }
    }
}

#[test]
fn what_the_properties_change_is_good_as_it_is() {
    for (kind, id, good) in GOOD {
        assert!(read_both(shape::of(kind), id, 200, good.into()).0.is_some(), "{kind:?}");
    }
}

#[test]
fn why_an_answer_is_of_no_use_never_quotes_it() {
    for (kind, id, good) in GOOD {
        let shape = shape::of(kind);
        let secret = "do-not-log";
        for (from, to) in [("\"A\"", "[\"do-not-log\"]"), ("19.99", "\"do-not-log\""), ("https:", "do-not-log:")] {
            let id = ProductId::parse(id).unwrap();
            let error = read::product(shape, &id, &answer(200, good.replace(from, to).into())).unwrap_err();
            let said = format!("{error} {:?} {error:?}", error.cause());
            assert!(matches!(error, Unreachable::BadProduct(_)) && !said.contains(secret), "{said}");
        }
        let id = ProductId::parse(id).unwrap();
        let error = read::product(shape, &id, &answer(200, secret.into())).unwrap_err();
        assert!(!format!("{error:?}").contains(secret));
    }
}
