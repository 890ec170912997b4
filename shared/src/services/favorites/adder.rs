use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use tokio::time::timeout;

use super::{
    AddFavorites, Added, Outcome,
    request::{fingerprint, replay},
};
use crate::{
    audit::Audit,
    clock::Clock,
    domain::{Act, AuditEvent, Error, Favorite, FavoriteId, Origin, ProductId, to_the_millisecond},
    random::Random,
    store::{Adding, Customers, Favorites, FavoritesAdded, KeptResult, Products},
    upstream::{Catalog, Unreachable},
};

/// Questions to the catalogue at the same time.
const AT_ONCE: usize = 10;
/// How long the catalogue may take for all products of a request together. What it has not answered by then is unavailable.
const CATALOG_WITHIN: Duration = Duration::from_secs(5);

/// Adds products to a customer's favourites.
///
/// A product must be in the catalogue, which is always asked: what becomes frozen is what the product is now, and neither is
/// added what the catalogue has not confirmed, nor called unknown what it has not denied.
#[derive(Debug, Clone)]
pub struct FavoriteAdder {
    /// Whether the customer is the caller's.
    pub customers: Customers,
    /// Where they are added.
    pub favorites: Favorites,
    /// Which products are held.
    pub products: Products,
    /// What products there are.
    pub catalog: Catalog,
    /// What is told of it.
    pub audit: Audit,
    /// The time.
    pub clock: Clock,
    /// For ids.
    pub random: Random,
}

/// What the catalogue said of the products of a request.
struct Answers {
    found: Vec<Favorite>,
    not_found: HashSet<ProductId>,
}

impl FavoriteAdder {
    /// Adds the products that are no favourites yet, all in one transaction with the event that tells of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the customer is not the caller's. The table does not answer.
    pub async fn add(&self, request: &AddFavorites, origin: &Origin) -> Result<Added, Error> {
        let AddFavorites { owner, customer, product_ids, key } = request;
        let mut seen = HashSet::new();
        let wanted: Vec<&ProductId> = product_ids.iter().filter(|id| seen.insert(*id)).collect();
        let fingerprint = fingerprint(*customer, product_ids);
        let now = to_the_millisecond(self.clock.now());

        let among = || self.favorites.among(*customer, wanted.iter().copied());
        let (own, there) = tokio::try_join!(self.customers.get(*owner, *customer), among())?;
        own.ok_or(Error::NotFound)?;
        // Looked for after what is there, or what another try of this request adds in between would be a duplicate; and what
        // that one has added is read after it.
        if let Some(key) = key
            && let Some(earlier) = self.favorites.earlier_request(*owner, key, now).await?
        {
            return Ok(replay(earlier, &fingerprint, &among().await?));
        }

        let unknown = wanted.iter().copied().filter(|id| !there.contains_key(id)).cloned().collect();
        let answers = self.ask(unknown).await;
        let outcomes = |also_there: &HashMap<ProductId, Favorite>| {
            outcomes(product_ids, &answers, |id| there.get(id).or_else(|| also_there.get(id)).cloned())
        };
        if answers.found.is_empty() {
            return Ok(Added::Now(outcomes(&HashMap::new())));
        }

        self.products.hold(answers.found.iter().map(|favorite| &favorite.product_id), now).await?;
        // One event, whichever of them are added in the end.
        let event = self.audit.event(Act::favorites_added(*owner, *customer, [].iter()), origin);
        let told = |added: &[&Favorite]| {
            let products: Vec<&ProductId> = added.iter().map(|favorite| &favorite.product_id).collect();
            let act = Act::favorites_added(*owner, *customer, products.into_iter());
            self.audit.entry(&AuditEvent { act, ..event.clone() })
        };
        let results = |also_there: &HashMap<ProductId, Favorite>| {
            let kept = |(product_id, outcome): (ProductId, Outcome)| KeptResult {
                product_id,
                result: outcome.as_str().to_owned(),
                favorite: outcome.favorite().map(|favorite| favorite.id),
            };
            outcomes(also_there).into_iter().map(kept).collect()
        };
        let record = key.as_ref().map(|key| Adding { user: *owner, key, fingerprint: &fingerprint, now });
        let added = self.favorites.add((*owner, *customer), &answers.found, record, &told, &results).await;
        let there_already = match added.map_err(|error| error.or_conflict(Error::Overloaded))? {
            FavoritesAdded::Done { there_already } => there_already,
            // It was deleted while the catalogue was asked.
            FavoritesAdded::NoCustomer => return Err(Error::NotFound),
            FavoritesAdded::Before(earlier) => {
                return Ok(replay(earlier, &fingerprint, &among().await?));
            }
        };
        let is_new = |favorite: &&Favorite| !there_already.contains_key(&favorite.product_id);
        let new: Vec<&Favorite> = answers.found.iter().filter(is_new).collect();
        if !new.is_empty() {
            self.audit.hasten(&told(&new)).await;
        }
        Ok(Added::Now(outcomes(&there_already)))
    }

    /// Asks the catalogue for these products, some at a time. Those of which it says nothing in time are in neither part.
    async fn ask(&self, ids: Vec<ProductId>) -> Answers {
        let mut answers = Answers { found: Vec::new(), not_found: HashSet::new() };
        let asking = async {
            let left_alone = self.ask_these(ids, &mut answers).await;
            // While it is not known whether the catalogue is back, one question shows it, and then the others may be asked.
            if !answers.found.is_empty() || !answers.not_found.is_empty() {
                self.ask_these(left_alone, &mut answers).await;
            }
        };
        if timeout(CATALOG_WITHIN, asking).await.is_err() {
            tracing::warn!("the catalogue does not answer for all products in time");
        }
        answers
    }

    /// Those that were not asked for, because the catalogue had failed before.
    async fn ask_these(&self, ids: Vec<ProductId>, answers: &mut Answers) -> Vec<ProductId> {
        let now = to_the_millisecond(self.clock.now());
        let question = async |id: ProductId| {
            let answer = self.catalog.product(&id).await;
            (id, answer)
        };
        let questions = ids.into_iter().map(question);
        let mut questions = stream::iter(questions).buffer_unordered(AT_ONCE);
        let mut left_alone = Vec::new();
        while let Some((id, answer)) = questions.next().await {
            match answer {
                Ok(Some(product)) => {
                    answers.found.push(Favorite::new(FavoriteId::new(now, &self.random), product, now));
                }
                Ok(None) => {
                    answers.not_found.insert(id);
                }
                Err(Unreachable::LeftAlone) => left_alone.push(id),
                Err(error) => log(&id, &error),
            }
        }
        left_alone
    }
}

fn log(id: &ProductId, error: &Unreachable) {
    tracing::warn!(%error, cause = error.cause(), product = %id, "a product cannot be asked for");
}

/// What came of each product that was asked for. One that is named again is a duplicate of itself.
fn outcomes(
    asked: &[ProductId],
    answers: &Answers,
    there: impl Fn(&ProductId) -> Option<Favorite>,
) -> Vec<(ProductId, Outcome)> {
    let mut seen = HashSet::new();
    let mut outcome = |id: &ProductId| {
        let found = answers.found.iter().find(|favorite| favorite.product_id == *id);
        match (there(id), found) {
            (Some(favorite), _) => Outcome::Duplicate(Some(favorite)),
            (None, Some(favorite)) if seen.insert(id.clone()) => Outcome::Added(Some(favorite.clone())),
            (None, Some(favorite)) => Outcome::Duplicate(Some(favorite.clone())),
            (None, None) if answers.not_found.contains(id) => Outcome::NotFound,
            (None, None) => Outcome::Unavailable,
        }
    };
    asked.iter().map(|id| (id.clone(), outcome(id))).collect()
}
