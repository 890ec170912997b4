use shared::config::CatalogKind;

use crate::support::stub_server::Reply;

/// The test data of one catalogue API.
#[derive(Debug)]
pub(super) struct Api {
    pub(super) kind: CatalogKind,
    /// The id of the product in [`Api::valid`], and another valid id.
    pub(super) id: &'static str,
    pub(super) other_id: &'static str,
    /// Ids that are invalid for this API.
    pub(super) invalid_ids: &'static [&'static str],
    /// The paths of the product and of the seventh page.
    pub(super) product_path: &'static str,
    pub(super) page_path: &'static str,
    /// The fields of a valid product as raw JSON, and the names of those that differ between the APIs.
    pub(super) fields: &'static [(&'static str, &'static str)],
    pub(super) image: &'static str,
    pub(super) review: &'static str,
    pub(super) review_read: &'static str,
    absent: (u16, &'static str),
}

pub(super) const APIS: [&Api; 3] = [&LUIZALABS, &FAKESTORE, &SIMPLE];

pub(super) const LUIZALABS: Api = Api {
    kind: CatalogKind::Luizalabs,
    id: "1bf0f365-fbdd-4e21-9786-da459d78dd1f",
    other_id: "958ec015-cfcf-258d-c6df-1721de0ab6ea",
    invalid_ids: &[
        "1",
        "1BF0F365-FBDD-4E21-9786-DA459D78DD1F",
        "1bf0f365fbdd4e219786da459d78dd1f",
        "1bf0f365-fbdd-4e21-9786-da459d78dd1",
        "1bf0f365-fbdd-4e21-9786-da459d78dd1g",
        "1bf0f365-fbdd-4e219786-da459d78dd1f-",
    ],
    product_path: "/api/product/1bf0f365-fbdd-4e21-9786-da459d78dd1f/",
    page_path: "/api/product/?page=7",
    fields: &[
        ("id", r#""1bf0f365-fbdd-4e21-9786-da459d78dd1f""#),
        ("title", r#""A backpack""#),
        ("brand", r#""b\u00e9b\u00e9 confort""#),
        ("price", "19.99"),
        ("image", r#""https://example.com/1.jpg""#),
        ("reviewScore", "4.50"),
    ],
    image: "image",
    review: "reviewScore",
    review_read: "4.5",
    absent: (404, r#"{"error_message":"Product 1bf0f365 not found","code":"not_found"}"#),
};

pub(super) const FAKESTORE: Api = Api {
    kind: CatalogKind::Fakestore,
    id: "1",
    other_id: "2",
    invalid_ids: NOT_INTEGERS,
    product_path: "/products/1",
    page_path: "/products?limit=701",
    fields: &[
        ("id", "1"),
        ("title", r#""A backpack""#),
        ("price", "19.99"),
        ("description", r#""Your perfect pack""#),
        ("category", r#""men's clothing""#),
        ("image", r#""https://example.com/1.jpg""#),
        ("rating", r#"{"rate":3.9,"count":120}"#),
    ],
    image: "image",
    review: "rating",
    review_read: "3.9",
    absent: (200, "null"),
};

pub(super) const SIMPLE: Api = Api {
    kind: CatalogKind::Simple,
    id: "1",
    other_id: "2",
    invalid_ids: NOT_INTEGERS,
    product_path: "/products/1",
    page_path: "/products?page=7",
    fields: &[
        ("id", "1"),
        ("title", r#""A backpack""#),
        ("price", "19.99"),
        ("image_url", r#""https://example.com/1.jpg""#),
        ("review", r#"" Carries\ta lot. ""#),
    ],
    image: "image_url",
    review: "review",
    review_read: "Carries a lot.",
    absent: (404, r#"{"detail":"Not found."}"#),
};

const NOT_INTEGERS: &[&str] = &[
    "01",
    "-1",
    "1x",
    "0x1",
    "x",
    "18446744073709551616",
    "99999999999999999999999999999999",
    "1bf0f365-fbdd-4e21-9786-da459d78dd1f",
];

impl Api {
    /// A valid product.
    pub(super) fn valid(&self) -> String {
        self.with("", "")
    }

    /// The valid product with another value of one field.
    pub(super) fn with(&self, name: &str, json: &str) -> String {
        write(self.fields.iter().map(|(field, valid)| (*field, if *field == name { json } else { valid })))
    }

    /// The valid product without one field.
    pub(super) fn without(&self, name: &str) -> String {
        write(self.fields.iter().copied().filter(|(field, _)| *field != name))
    }

    /// Products number 1 to `count`.
    pub(super) fn rows(&self, count: usize) -> Vec<String> {
        (1..=count).map(|number| self.with("id", &self.json_id(number))).collect()
    }

    fn json_id(&self, number: usize) -> String {
        match self.kind {
            CatalogKind::Luizalabs => format!("\"{}\"", self.numbered_id(number)),
            CatalogKind::Fakestore | CatalogKind::Simple => self.numbered_id(number),
        }
    }

    /// The id of the product with this number.
    pub(super) fn numbered_id(&self, number: usize) -> String {
        match self.kind {
            CatalogKind::Luizalabs => format!("00000000-0000-4000-8000-{number:012}"),
            CatalogKind::Fakestore | CatalogKind::Simple => number.to_string(),
        }
    }

    /// A page. The page size is a hundred products.
    pub(super) fn page(&self, rows: &[String]) -> String {
        let rows = rows.join(",");
        match self.kind {
            CatalogKind::Luizalabs => format!(r#"{{"meta":{{"page_number":7,"page_size":100}},"products":[{rows}]}}"#),
            CatalogKind::Fakestore | CatalogKind::Simple => format!("[{rows}]"),
        }
    }

    /// This API's response for an absent product.
    pub(super) fn absent(&self) -> Reply {
        Reply::new(self.absent.0, self.absent.1)
    }
}

fn write<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let fields: Vec<_> = fields.map(|(name, json)| format!("\"{name}\": {json}")).collect();
    format!("{{{}}}", fields.join(", "))
}
