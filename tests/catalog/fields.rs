//! Valid and invalid values of a product's fields.

use shared::domain::Snapshot;

use super::{
    StubbedCatalog,
    apis::{APIS, Api, FAKESTORE, LUIZALABS, SIMPLE},
    kind,
};
use crate::support::stub_server::Reply;

/// Parses the valid product with another value of one field.
async fn parse(api: &'static Api, field: &str, json: &str) -> Snapshot {
    let stub = StubbedCatalog::new(api, Reply::new(200, api.with(field, json))).await;
    let product = stub.product().await.unwrap_or_else(|error| panic!("{field}: {json}: {:?}", error.cause()));
    product.unwrap().snapshot
}

async fn assert_invalid(api: &'static Api, field: &str, json: &str) {
    let stub = StubbedCatalog::new(api, Reply::new(200, api.with(field, json))).await;
    let outcome = stub.product().await;
    assert_eq!(kind(&outcome), "invalid product", "{:?}: {field}: {json}", api.kind);
    let cause = outcome.unwrap_err().cause().unwrap();
    let name = if field == api.image {
        "image"
    } else if field == api.review {
        "review"
    } else {
        field
    };
    assert!(cause.contains(name), "{field}: {cause}");
}

#[tokio::test]
async fn a_price_has_the_exact_digits_of_the_response() {
    for api in APIS {
        for (json, price) in [
            ("19.99", "19.99"),
            ("0.1", "0.10"),
            ("0", "0.00"),
            ("12.345", "12.345"),
            ("1699.0", "1699.00"),
            ("1e2", "100.00"),
            ("1000000000", "1000000000.00"),
            // A binary float would round it.
            ("999999999.9999", "999999999.9999"),
        ] {
            assert_eq!(parse(api, "price", json).await.price.to_string(), price);
        }
    }
}

#[tokio::test]
async fn an_invalid_price_makes_a_product_invalid() {
    for api in APIS {
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
            assert_invalid(api, "price", json).await;
        }
    }
}

#[tokio::test]
async fn a_title_is_one_line() {
    for api in APIS {
        for (json, title) in [
            (r#""  A backpack \u3000""#, "A backpack"),
            (r#""A\r\nB\tC\u0000D\u001b[31mE\u009bF""#, "A  B C D [31mE F"),
            (r#""\u0000A\u0000""#, "A"),
            (r#""\u00e9\ud83c\udf92""#, "\u{e9}\u{1f392}"),
        ] {
            assert_eq!(parse(api, "title", json).await.title, title);
        }
        let longest = "\u{e9}".repeat(Snapshot::MAX_TITLE);
        assert_eq!(parse(api, "title", &format!("\" {longest}\"")).await.title, longest);
        let too_long = format!("\"{longest}x\"");
        for json in ["\"\"", r#"" \n\u0000 ""#, "null", "1", "[\"A\"]", "{}", "true", r#""\ud800""#, &too_long] {
            assert_invalid(api, "title", json).await;
        }
    }
}

#[tokio::test]
async fn an_image_is_an_http_url_or_absent() {
    for api in APIS {
        let stub = StubbedCatalog::new(api, Reply::new(200, api.without(api.image))).await;
        assert_eq!(stub.product().await.unwrap().unwrap().snapshot.image_url, None);
        for json in ["null", "\"\"", "\"  \""] {
            assert_eq!(parse(api, api.image, json).await.image_url, None);
        }
        let start = "https://example.com/";
        let longest = format!("{start}{}", "x".repeat(Snapshot::MAX_IMAGE_URL - start.len()));
        for url in ["http://example.com", "HTTPS://example.com/A.jpg?b=c#d", "https://example.com/\u{e9}", &longest] {
            let image_url = parse(api, api.image, &format!("\" {url}\"")).await.image_url;
            assert_eq!(image_url.as_deref(), Some(url));
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
            assert_invalid(api, api.image, json).await;
        }
    }
}

#[tokio::test]
async fn a_score_is_a_normalised_decimal() {
    for (api, write) in [(&LUIZALABS, ""), (&FAKESTORE, r#"{"count": 7, "rate": "#)] {
        let end = if write.is_empty() { "" } else { "}" };
        for (json, review) in [("4.5", "4.5"), ("4.50", "4.5"), ("4.0", "4"), ("4", "4"), ("0", "0"), ("45e-1", "4.5")]
        {
            let snapshot = parse(api, api.review, &format!("{write}{json}{end}")).await;
            assert_eq!(snapshot.review.as_deref(), Some(review));
        }
        for json in ["\"4.5\"", "true", "[]", "[4.5]", "{}", "1e400"] {
            assert_invalid(api, api.review, &format!("{write}{json}{end}")).await;
        }
    }
    for json in ["4.5", "\"4.5\"", "[4.5, 120]", "true"] {
        assert_invalid(&FAKESTORE, "rating", json).await;
    }
}

#[tokio::test]
async fn a_text_review_is_one_line_or_absent() {
    let longest = "\u{e9}".repeat(Snapshot::MAX_REVIEW);
    for (json, review) in [
        (r#"" Good.\nVery\u0000good. ""#, Some("Good. Very good.")),
        (&format!("\"{longest}\""), Some(longest.as_str())),
        ("\"\"", None),
        (r#"" \n ""#, None),
    ] {
        assert_eq!(parse(&SIMPLE, "review", json).await.review.as_deref(), review);
    }
    for json in ["4.5", "true", "[]", "{}", r#""\udc00""#, &format!("\"{longest}x\"")] {
        assert_invalid(&SIMPLE, "review", json).await;
    }
}

#[tokio::test]
async fn a_product_without_a_valid_id_is_an_invalid_response() {
    for api in APIS {
        let number = "1";
        let text = "\"1\"";
        let wrong = if api.kind == LUIZALABS.kind { number } else { text };
        for json in [wrong, "null", "true", "[1]", "{}", "-1", "1.0", "1e0", "\"\"", "\"../1\"", "18446744073709551616"]
        {
            let stub = StubbedCatalog::new(api, Reply::new(200, api.with("id", json))).await;
            assert_eq!(kind(&stub.product().await), "invalid response", "{:?}: {json}", api.kind);
        }
        let stub = StubbedCatalog::new(api, Reply::new(200, api.without("id"))).await;
        assert_eq!(kind(&stub.product().await), "invalid response");
    }
}

#[tokio::test]
async fn a_missing_title_or_price_makes_a_product_invalid() {
    for api in APIS {
        for field in ["title", "price"] {
            let stub = StubbedCatalog::new(api, Reply::new(200, api.without(field))).await;
            assert_eq!(kind(&stub.product().await), "invalid product", "{:?}: {field}", api.kind);
        }
    }
}
