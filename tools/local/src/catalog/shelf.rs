//! What can change while the catalogue runs: products, switches, and how often it was read.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    digits::Digits,
    fault::Fault,
    product::{COUNT, PAGE, Product},
};

pub(super) struct Shelf {
    /// Where this process serves: products say where their pictures are.
    address: String,
    state: Mutex<State>,
}

/// What `GET /control` shows.
#[derive(Clone, Debug, Serialize)]
pub(super) struct State {
    /// How long every answer of the catalogue waits.
    pub(super) latency_ms: u32,
    /// What goes wrong.
    pub(super) fail: Fault,
    /// With how many of a hundred requests.
    pub(super) fail_percent: u8,
    /// What differs from the products as they were invented.
    pub(super) products: BTreeMap<u16, Change>,
    pub(super) reads: Reads,
    /// Requests since the switches were last touched.
    #[serde(skip)]
    pub(super) turns: u64,
}

/// What of a product differs.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a value are three things")]
pub(super) struct Change {
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Digits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// `null` is a change too: the product has no review any more.
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    review: Option<Option<Digits>>,
    /// The catalogue does not know the product.
    #[serde(default)]
    gone: bool,
}

/// Requests that arrived, whatever was answered.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Reads {
    /// Products and lists, and what names nothing.
    total: u64,
    /// Of single products, by their number; without those that were not read.
    products: BTreeMap<u16, u64>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            fail: Fault::Off,
            fail_percent: 100,
            products: BTreeMap::new(),
            reads: Reads::default(),
            turns: 0,
        }
    }
}

impl Shelf {
    pub(super) fn new(address: String) -> Self {
        Self { address, state: Mutex::default() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The product as it stands on the shelf now, if it does.
    pub(super) fn product(&self, number: u16) -> Option<Product> {
        on_the_shelf(&self.state(), number)
    }

    /// All that are on the shelf now, by number.
    pub(super) fn products(&self) -> Vec<Product> {
        let state = self.state();
        (1..=COUNT).filter_map(|number| on_the_shelf(&state, number)).collect()
    }

    /// A page and its number, from 1: the first where none is named, none beyond the last.
    pub(super) fn page(&self, number: Option<&str>) -> Option<(usize, Vec<Product>)> {
        let number = number.map_or(Some(1), |number| number.parse::<usize>().ok())?;
        let products = self.products().chunks(PAGE).nth(number.checked_sub(1)?)?.to_vec();
        Some((number, products))
    }

    pub(super) fn image_url(&self, number: u16) -> String {
        format!("{}/images/{number}.svg", self.address)
    }

    /// Counts a request, which may be for a product. Returns how long its answer takes and what becomes of it.
    pub(super) fn read(&self, number: Option<u16>) -> (Duration, Fault) {
        let mut state = self.state();
        state.reads.total += 1;
        if let Some(number) = number {
            *state.reads.products.entry(number).or_default() += 1;
        }
        let fault = if state.next_fails() { state.fail } else { Fault::Off };
        (Duration::from_millis(state.latency_ms.into()), fault)
    }
}

impl State {
    /// Spreads the failures evenly instead of drawing lots, so that a test can count on them: at 50, every second request.
    fn next_fails(&mut self) -> bool {
        let failed_by = |turns: u64| turns * u64::from(self.fail_percent) / 100;
        let fails = failed_by(self.turns + 1) > failed_by(self.turns);
        self.turns += 1;
        fails
    }
}

fn on_the_shelf(state: &State, number: u16) -> Option<Product> {
    let mut product = Product::invented(number);
    let Some(change) = state.products.get(&number) else { return Some(product) };
    if let Some(price) = &change.price {
        product.price = price.clone();
    }
    if let Some(title) = &change.title {
        product.title.clone_from(title);
    }
    if let Some(review) = &change.review {
        product.review.clone_from(review);
    }
    (!change.gone).then_some(product)
}

#[expect(clippy::option_option, reason = "absent, null and a value are three things")]
fn even_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Digits>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
