//! What is kept of a product, and what makes one useless.

use shared::domain::Snapshot;

use super::{
    Scene, kind,
    shapes::{FAKESTORE, LUIZALABS, SHAPES, SIMPLE, Shape},
};
use crate::support::catalogue::Reply;

/// What is read when the good product has one field as it is given here.
async fn read(shape: &'static Shape, field: &str, json: &str) -> Snapshot {
    let scene = Scene::new(shape, Reply::new(200, shape.with(field, json))).await;
    let product = scene.product().await.unwrap_or_else(|error| panic!("{field}: {json}: {:?}", error.cause()));
    product.unwrap().snapshot
}

async fn assert_refused(shape: &'static Shape, field: &str, json: &str) {
    let scene = Scene::new(shape, Reply::new(200, shape.with(field, json))).await;
    let outcome = scene.product().await;
    assert_eq!(kind(&outcome), "bad product", "{:?}: {field}: {json}", shape.kind);
    let cause = outcome.unwrap_err().cause().unwrap();
    let ours = if field == shape.image {
        "image"
    } else if field == shape.review {
        "review"
    } else {
        field
    };
    assert!(cause.contains(ours), "{field}: {cause}");
}

#[tokio::test]
async fn a_price_is_what_the_catalogues_digits_say() {
    for shape in SHAPES {
        for (json, price) in [
            ("19.99", "19.99"),
            ("0.1", "0.10"),
            ("0", "0.00"),
            ("12.345", "12.345"),
            ("1699.0", "1699.00"),
            ("1e2", "100.00"),
            ("1000000000", "1000000000.00"),
            // Not so as a binary float.
            ("999999999.9999", "999999999.9999"),
        ] {
            assert_eq!(read(shape, "price", json).await.price.to_string(), price);
        }
    }
}

#[tokio::test]
async fn a_price_that_can_be_none_makes_a_product_useless() {
    for shape in SHAPES {
        for json in [
            "-0.01",
            "-1",
            "1000000000.01",
            "1e10",
            "1e400",
            "1e-400",
            "9999999999999999999999999999999999999999",
            "19.990000000000000000000000000000000001",
            "19.990000000000000000000000000000000001e0",
            "19.989999999999998",
            "\"19.99\"",
            "\"\"",
            "null",
            "true",
            "[19.99]",
            "{\"value\":19.99}",
        ] {
            assert_refused(shape, "price", json).await;
        }
    }
}

#[tokio::test]
async fn a_title_is_one_line() {
    for shape in SHAPES {
        for (json, title) in [
            (r#""  A backpack \u3000""#, "A backpack"),
            (r#""A\r\nB\tC\u0000D\u001b[31mE\u009bF""#, "A  B C D [31mE F"),
            (r#""\u0000A\u0000""#, "A"),
            (r#""\u00e9\ud83c\udf92""#, "\u{e9}\u{1f392}"),
        ] {
            assert_eq!(read(shape, "title", json).await.title, title);
        }
        let longest = "\u{e9}".repeat(Snapshot::MAX_TITLE);
        assert_eq!(read(shape, "title", &format!("\" {longest}\"")).await.title, longest);
        let too_long = format!("\"{longest}x\"");
        for json in ["\"\"", r#"" \n\u0000 ""#, "null", "1", "[\"A\"]", "{}", "true", r#""\ud800""#, &too_long] {
            assert_refused(shape, "title", json).await;
        }
    }
}

#[tokio::test]
async fn an_image_is_an_address_of_the_web_or_none() {
    for shape in SHAPES {
        let scene = Scene::new(shape, Reply::new(200, shape.without(shape.image))).await;
        assert_eq!(scene.product().await.unwrap().unwrap().snapshot.image_url, None);
        for json in ["null", "\"\"", "\"  \""] {
            assert_eq!(read(shape, shape.image, json).await.image_url, None);
        }
        let start = "https://example.com/";
        let longest = format!("{start}{}", "x".repeat(Snapshot::MAX_IMAGE_URL - start.len()));
        for address in ["http://example.com", "HTTPS://example.com/A.jpg?b=c#d", "https://example.com/\u{e9}", &longest]
        {
            let image_url = read(shape, shape.image, &format!("\" {address}\"")).await.image_url;
            assert_eq!(image_url.as_deref(), Some(address));
        }
        let too_long = format!("\"{longest}x\"");
        for json in [
            "\"javascript:alert(1)\"",
            "\"data:image/png;base64,AA==\"",
            "\"ftp://example.com/1.jpg\"",
            "\"//example.com/1.jpg\"",
            "\"/1.jpg\"",
            "\"1.jpg\"",
            "\"https:example.com\"",
            "\"https://\"",
            "\"https://example.com/a b.jpg\"",
            r#""https://example.com/a\nb.jpg""#,
            "\"https://exam\\u0000ple.com/\"",
            "1",
            "true",
            "[]",
            "{}",
            &too_long,
        ] {
            assert_refused(shape, shape.image, json).await;
        }
    }
}

#[tokio::test]
async fn a_score_is_a_decimal_in_one_way_of_writing() {
    for (shape, write) in [(&LUIZALABS, ""), (&FAKESTORE, r#"{"count": 7, "rate": "#)] {
        let end = if write.is_empty() { "" } else { "}" };
        for (json, review) in [("4.5", "4.5"), ("4.50", "4.5"), ("4.0", "4"), ("4", "4"), ("0", "0"), ("45e-1", "4.5")]
        {
            let read = read(shape, shape.review, &format!("{write}{json}{end}")).await;
            assert_eq!(read.review.as_deref(), Some(review));
        }
        for json in ["\"4.5\"", "true", "[]", "[4.5]", "{}", "1e400"] {
            assert_refused(shape, shape.review, &format!("{write}{json}{end}")).await;
        }
    }
    for json in ["4.5", "\"4.5\"", "[4.5, 120]", "true"] {
        assert_refused(&FAKESTORE, "rating", json).await;
    }
}

#[tokio::test]
async fn a_review_in_words_is_one_line_or_none() {
    let longest = "\u{e9}".repeat(Snapshot::MAX_REVIEW);
    for (json, review) in [
        (r#"" Good.\nVery\u0000good. ""#, Some("Good. Very good.")),
        (&format!("\"{longest}\""), Some(longest.as_str())),
        ("\"\"", None),
        (r#"" \n ""#, None),
    ] {
        assert_eq!(read(&SIMPLE, "review", json).await.review.as_deref(), review);
    }
    for json in ["4.5", "true", "[]", "{}", r#""\udc00""#, &format!("\"{longest}x\"")] {
        assert_refused(&SIMPLE, "review", json).await;
    }
}

#[tokio::test]
async fn what_has_no_id_of_the_catalogue_is_no_product() {
    for shape in SHAPES {
        let number = "1";
        let text = "\"1\"";
        let wrong = if shape.kind == LUIZALABS.kind { number } else { text };
        for json in [wrong, "null", "true", "[1]", "{}", "-1", "1.0", "1e0", "\"\"", "\"../1\"", "18446744073709551616"]
        {
            let scene = Scene::new(shape, Reply::new(200, shape.with("id", json))).await;
            assert_eq!(kind(&scene.product().await), "bad answer", "{:?}: {json}", shape.kind);
        }
        let scene = Scene::new(shape, Reply::new(200, shape.without("id"))).await;
        assert_eq!(kind(&scene.product().await), "bad answer");
    }
}

#[tokio::test]
async fn a_missing_title_or_price_makes_a_product_useless() {
    for shape in SHAPES {
        for field in ["title", "price"] {
            let scene = Scene::new(shape, Reply::new(200, shape.without(field))).await;
            assert_eq!(kind(&scene.product().await), "bad product", "{:?}: {field}", shape.kind);
        }
    }
}
