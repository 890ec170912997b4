//! Conditional requests (RFC 9110 §13).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderValue, header, request::Parts};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{
    http::{
        etag::{EntityTag, EntityTags},
        schema,
    },
    store,
};

/// Versions of one condition. DynamoDB compares with at most 100 values.
const MAX_VERSIONS: usize = 95;

/// The request's `If-Match`: the states in which the client allows the change. Compares strongly.
#[derive(Debug)]
pub struct IfMatch(Option<EntityTags>);

impl IfMatch {
    /// Returns `true` if the request has the header.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.0.is_some()
    }

    /// Returns `true` if the header is `*` or lists this tag.
    #[must_use]
    pub fn matches(&self, etag: &HeaderValue) -> bool {
        self.0.as_ref().is_some_and(|tags| tags.matches_strongly(etag))
    }

    /// Returns the condition for writing a resource that has a version. Without the header, the
    /// resource only has to exist. Versions after the 95th are ignored.
    #[must_use]
    pub fn expected_version(&self) -> store::ExpectedVersion {
        match &self.0 {
            None | Some(EntityTags::Any) => store::ExpectedVersion::Any,
            Some(EntityTags::List(tags)) => {
                let versions = tags.iter().filter_map(EntityTag::strong_version);
                store::ExpectedVersion::OneOf(versions.take(MAX_VERSIONS).collect())
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(EntityTags::read(&parts.headers, &header::IF_MATCH)))
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "Makes the change conditional: it is applied only while the resource's `ETag` is one of \
            these; 412 otherwise.";
        let schema = schema::string().examples(["\"3\""]);
        vec![schema::optional_parameter(ParameterIn::Header, "If-Match", description, schema)]
    }
}

/// The request's `If-None-Match`: the states that the client already has. Compares weakly.
#[derive(Debug)]
pub struct IfNoneMatch(Option<EntityTags>);

impl IfNoneMatch {
    /// Returns `true` if the client already has the state with this tag, so that the response is
    /// 304.
    #[must_use]
    pub fn matches(&self, etag: &HeaderValue) -> bool {
        self.0.as_ref().is_some_and(|tags| tags.matches_weakly(etag))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(EntityTags::read(&parts.headers, &header::IF_NONE_MATCH)))
    }
}

impl IntoParams for IfNoneMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The `ETag` that the client already has; 304 without a body while it is current.";
        let schema = schema::string().examples(["\"3\""]);
        vec![schema::optional_parameter(ParameterIn::Header, "If-None-Match", description, schema)]
    }
}
