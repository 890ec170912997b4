//! The state of the mock catalogue: its fault, changed products, and counts of reads.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    fault::Fault,
    json_number::JsonNumber,
    product::{COUNT, PAGE_SIZE, Product},
};

/// Shared by all handlers.
pub(super) struct MockCatalog {
    /// The base of image URLs.
    base_url: String,
    state: Mutex<State>,
}

/// The body of `GET /control`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct State {
    /// The delay of every response.
    pub(super) latency_ms: u32,
    pub(super) fail: Fault,
    /// The number of requests that fail, of one hundred.
    pub(super) fail_percent: u8,
    /// The products that differ from the generated ones, by number.
    pub(super) products: BTreeMap<u16, ProductChange>,
    pub(super) reads: Reads,
    /// The number of requests since `PATCH /control`.
    #[serde(skip)]
    pub(super) requests_since_patch: u64,
}

/// The fields of a product that differ from the generated ones.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "an absent field, null and a value differ")]
pub(super) struct ProductChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<JsonNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// `null` removes the review.
    #[serde(default, deserialize_with = "null_as_some", skip_serializing_if = "Option::is_none")]
    review: Option<Option<JsonNumber>>,
    /// Whether the catalogue responds as if the product did not exist.
    #[serde(default)]
    gone: bool,
}

/// Counts of requests, whatever their response.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Reads {
    /// Requests for products and lists, including unknown ones.
    total: u64,
    /// Requests for single products, by number. Products without requests are absent.
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
            requests_since_patch: 0,
        }
    }
}

impl MockCatalog {
    pub(super) fn new(base_url: String) -> Self {
        Self { base_url, state: Mutex::default() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the product with its changes, or `None` when it is gone.
    pub(super) fn product(&self, number: u16) -> Option<Product> {
        current_product(&self.state(), number)
    }

    /// All products that are not gone, by number.
    pub(super) fn products(&self) -> Vec<Product> {
        let state = self.state();
        (1..=COUNT).filter_map(|number| current_product(&state, number)).collect()
    }

    /// Returns a page of products and its number. Pages are numbered from 1, which is also the
    /// default. Returns `None` for a page beyond the last or an invalid number.
    pub(super) fn page(&self, number: Option<&str>) -> Option<(usize, Vec<Product>)> {
        let number = number.map_or(Some(1), |number| number.parse::<usize>().ok())?;
        let products = self.products().chunks(PAGE_SIZE).nth(number.checked_sub(1)?)?.to_vec();
        Some((number, products))
    }

    pub(super) fn image_url(&self, number: u16) -> String {
        format!("{}/images/{number}.svg", self.base_url)
    }

    /// Counts a request, for a single product if `number` is given. Returns the latency and the
    /// fault of its response.
    pub(super) fn record_read(&self, number: Option<u16>) -> (Duration, Fault) {
        let mut state = self.state();
        state.reads.total += 1;
        if let Some(number) = number {
            *state.reads.products.entry(number).or_default() += 1;
        }
        let fault = if state.next_request_fails() { state.fail } else { Fault::Off };
        (Duration::from_millis(state.latency_ms.into()), fault)
    }
}

impl State {
    /// Spreads failures evenly instead of at random, so that tests are deterministic. At 50, every
    /// second request fails.
    fn next_request_fails(&mut self) -> bool {
        let failures_after = |requests: u64| requests * u64::from(self.fail_percent) / 100;
        let fails = failures_after(self.requests_since_patch + 1) > failures_after(self.requests_since_patch);
        self.requests_since_patch += 1;
        fails
    }
}

fn current_product(state: &State, number: u16) -> Option<Product> {
    let mut product = Product::generate(number);
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

/// Deserializes `null` as `Some(None)`.
#[expect(clippy::option_option, reason = "an absent field, null and a value differ")]
fn null_as_some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<JsonNumber>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
