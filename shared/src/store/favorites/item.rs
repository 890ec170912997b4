//! The item of a favourite.

use aws_sdk_dynamodb::types::AttributeValue;

use super::product_in;
use crate::{
    domain::{CurrentState, CustomerId, Favorite, FavoriteId},
    store::{
        Error,
        attributes::{Attributes, ItemReader, ItemWriter},
        keys::{self, DIRECTORY, PK, SK},
        snapshot,
    },
};

pub(super) fn write(customer: CustomerId, favorite: &Favorite) -> Attributes {
    let CurrentState { snapshot: current, refreshed_at, available } = &favorite.current;
    let mut item = ItemWriter::default()
        .text(PK, keys::favorites(customer))
        .text(SK, keys::product(&favorite.product_id))
        .text(DIRECTORY, keys::product(&favorite.product_id))
        .text("favorite_id", favorite.id.to_string())
        .time("favorited_at", favorite.favorited_at)
        .time("refreshed_at", *refreshed_at)
        .flag("available", *available)
        .finish();
    item.insert("frozen".to_owned(), snapshot::write(&favorite.frozen));
    item.insert("current".to_owned(), snapshot::write(current));
    item
}

pub(super) fn read(item: &Attributes) -> Result<Favorite, Error> {
    let reader = ItemReader(item);
    let state = |name: &str| match item.get(name) {
        Some(AttributeValue::M(state)) => snapshot::read(state),
        _ => Err(Error::Corrupt(format!("no map {name}"))),
    };
    Ok(Favorite {
        id: FavoriteId::parse(reader.text("favorite_id")?)?,
        product_id: product_in(reader.text(SK)?)?,
        frozen: state("frozen")?,
        favorited_at: reader.time("favorited_at")?,
        current: CurrentState {
            snapshot: state("current")?,
            refreshed_at: reader.time("refreshed_at")?,
            available: reader.flag("available")?,
        },
    })
}
