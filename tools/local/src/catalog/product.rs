//! What the shelf holds to begin with. All of a product follows from its number, so that it is the same at every start
//! and on every machine. Whoever made these things is as invented as they are.

use super::digits::Digits;

/// Products are numbered from 1.
pub(super) const COUNT: u16 = 500;
/// Of a catalogue with pages.
pub(super) const PAGE: usize = 100;

const KINDS: [&str; 25] = [
    "Amber", "Brisk", "Calm", "Dapper", "Early", "Folding", "Gentle", "Honest", "Indigo", "Jolly", "Keen", "Little",
    "Mellow", "Nimble", "Olive", "Patient", "Quiet", "Rustic", "Sturdy", "Tidy", "Upright", "Velvet", "Warm", "Young",
    "Zesty",
];

/// With what shelf each belongs to.
const THINGS: [(&str, &str); 20] = [
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

/// A product, before a catalogue puts it into its own shape.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub(super) number: u16,
    pub(super) title: String,
    pub(super) brand: &'static str,
    pub(super) category: &'static str,
    pub(super) price: Digits,
    /// What buyers give it, of five. One in five has none.
    pub(super) review: Option<Digits>,
    /// How many buyers that is.
    pub(super) reviews: u16,
}

impl Product {
    /// Every number has another title: 137 and 500 have no common factor, so the pairs of words come in a mixed order,
    /// each once.
    pub(super) fn invented(number: u16) -> Self {
        let words = usize::from(number) * 137 % usize::from(COUNT);
        let (thing, category) = THINGS[words % THINGS.len()];
        let kind = KINDS[words / THINGS.len()];
        let seed = u32::from(number);
        Self {
            number,
            title: format!("{kind} {thing}"),
            brand: BRANDS[usize::from(number) % BRANDS.len()],
            category,
            price: Digits::hundredths(499 + seed * 7919 % 99_500),
            review: (!number.is_multiple_of(5)).then(|| Digits::tenths(21 + seed * 13 % 29)),
            reviews: 1 + number * 31 % 400,
        }
    }
}

/// The product that a whole number names, if there ever was one. As lenient as catalogues are: `007` is 7 to them too.
pub(super) fn number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|number| (1..=COUNT).contains(number))
}
