use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::{
    domain::{CustomerId, Error, Invalid, ItemId, ProductId, SessionId, UserId},
    http::ApiError,
};

/// The one id in a path. An id that cannot be one of ours is as unknown as any other: 404.
#[derive(Debug)]
pub struct PathId<T>(pub T);

/// An id that stands in a path.
pub trait PathParameter: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// It cannot be an id of this kind.
    fn parse(text: &str) -> Result<Self, Invalid>;
}

/// The ids that stand in paths.
macro_rules! path_parameters {
    ($($id:ty),*) => {
        $(impl PathParameter for $id {
            fn parse(text: &str) -> Result<Self, Invalid> {
                Self::parse(text)
            }
        })*
    };
}

path_parameters!(CustomerId, ItemId, ProductId, SessionId, UserId);

/// The two ids in a path, in their order; see [`PathId`].
#[derive(Debug)]
pub struct PathIds<A, B>(pub A, pub B);

impl<A: PathParameter, B: PathParameter, S: Send + Sync> FromRequestParts<S> for PathIds<A, B> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameters = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((first, second)) = parameters.map_err(|_| Error::NotFound)?;
        match (A::parse(&first), B::parse(&second)) {
            (Ok(first), Ok(second)) => Ok(Self(first, second)),
            _ => Err(Error::NotFound.into()),
        }
    }
}

impl<T: PathParameter, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameters = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let Path(parameters) = parameters.map_err(|_| Error::NotFound)?;
        let id = parameters.values().next().and_then(|text| T::parse(text).ok());
        Ok(Self(id.ok_or(Error::NotFound)?))
    }
}
