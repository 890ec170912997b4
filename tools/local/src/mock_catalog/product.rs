//! Generates the products. Every field follows from the product's number, so the products are the
//! same at every start and on every machine. The brands are fictitious.

use super::json_number::JsonNumber;

/// The number of products. They are numbered from 1.
pub(super) const COUNT: u16 = 500;
/// The number of products on a page, in formats with pages.
pub(super) const PAGE_SIZE: usize = 100;

const ADJECTIVES: [&str; 25] = [
    "Amber", "Brisk", "Calm", "Dapper", "Early", "Folding", "Gentle", "Honest", "Indigo", "Jolly", "Keen", "Little",
    "Mellow", "Nimble", "Olive", "Patient", "Quiet", "Rustic", "Sturdy", "Tidy", "Upright", "Velvet", "Warm", "Young",
    "Zesty",
];

/// Nouns with their categories.
const NOUNS: [(&str, &str); 20] = [
    ("Armchair", "furniture"),
    ("Backpack", "bags"),
    ("Bookshelf", "furniture"),
    ("Camera", "electronics"),
    ("Clock", "home"),
    ("Desk Lamp", "home"),
    ("Fountain Pen", "stationery"),
    ("Headphones", "electronics"),
    ("Jacket", "clothing"),
    ("Kettle", "kitchen"),
    ("Keyboard", "electronics"),
    ("Notebook", "stationery"),
    ("Raincoat", "clothing"),
    ("Saucepan", "kitchen"),
    ("Scarf", "clothing"),
    ("Suitcase", "bags"),
    ("Teapot", "kitchen"),
    ("Umbrella", "bags"),
    ("Watering Can", "garden"),
    ("Wheelbarrow", "garden"),
];

const BRANDS: [&str; 12] = [
    "Aldermoor",
    "Bexcombe",
    "Corvenna",
    "Dunlarch",
    "Elmhollow",
    "Fennwick",
    "Gorsedale",
    "Hartlune",
    "Islavane",
    "Kelbrook",
    "Lowmere",
    "Marrowfield",
];

/// A product, independent of the format in which it is served.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub(super) number: u16,
    pub(super) title: String,
    pub(super) brand: &'static str,
    pub(super) category: &'static str,
    pub(super) price: JsonNumber,
    /// The average rating, from 0 to 5. One product in five has none.
    pub(super) review: Option<JsonNumber>,
    /// The number of ratings.
    pub(super) review_count: u16,
}

impl Product {
    /// Generates the product with this number. Titles are unique: 137 and 500 have no common
    /// factor, so each pair of words occurs once, in a mixed order.
    pub(super) fn generate(number: u16) -> Self {
        let words = usize::from(number) * 137 % usize::from(COUNT);
        let (noun, category) = NOUNS[words % NOUNS.len()];
        let adjective = ADJECTIVES[words / NOUNS.len()];
        let seed = u32::from(number);
        Self {
            number,
            title: format!("{adjective} {noun}"),
            brand: BRANDS[usize::from(number) % BRANDS.len()],
            category,
            price: JsonNumber::from_hundredths(499 + seed * 7919 % 99_500),
            review: (!number.is_multiple_of(5)).then(|| JsonNumber::from_tenths(21 + seed * 13 % 29)),
            review_count: 1 + number * 31 % 400,
        }
    }
}

/// Parses a product number. Returns `None` outside the range. Leading zeros are accepted, as real
/// catalogues do.
pub(super) fn parse_number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|number| (1..=COUNT).contains(number))
}
