use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::{
    domain::{CustomerId, Error, Invalid, ItemId, ProductId, SessionId, UserId},
    http::ApiError,
};

/// The id in a path with one parameter. Rejects a malformed id with 404, as an unknown one.
#[derive(Debug)]
pub struct PathId<T>(pub T);

/// An id that can be a path parameter.
pub trait PathParameter: Sized {
    /// Parses the parameter.
    ///
    /// # Errors
    /// The text is not an id of this kind.
    fn parse(text: &str) -> Result<Self, Invalid>;
}

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

/// The ids in a path with two parameters, in their order. Rejects as [`PathId`] does.
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
