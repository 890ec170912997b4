//! The request headers and the cookie that handlers take as arguments: each extractor says which one it reads.

use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use super::{ObjectBuilder, string};
use crate::{
    domain,
    http::extract::{Idempotency, IfMatch, IfNoneMatch, RefreshCookie},
};

impl IntoParams for Idempotency {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let key = string()
            .min_length(Some(1))
            .max_length(Some(domain::IdempotencyKey::MAX))
            .pattern(Some("^[ -~]+$"))
            .examples(["0f1d6c1e-import-42"]);
        let description = "A name for this request, so that it can be sent again: the same request with the same key within a day \
            gets the first answer (`Idempotency-Replayed: true`) and has no second effect; another request with the key is 422.";
        vec![header("Idempotency-Key", description, key)]
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "Change it only while its `ETag` is this one (or one of these): 412 when somebody else has changed it in \
            the meantime. Without it, the change goes ahead.";
        vec![header("If-Match", description, string().examples(["\"3\""]))]
    }
}

impl IntoParams for IfNoneMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The `ETag` that the client has already: 304 without a body when it is still that.";
        vec![header("If-None-Match", description, string().examples(["\"3\""]))]
    }
}

impl IntoParams for RefreshCookie {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The refresh token of a browser that signed in with `refresh_cookie`.";
        vec![parameter(ParameterIn::Cookie, "refresh_token", description, string())]
    }
}

fn header(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    parameter(ParameterIn::Header, name, description, schema)
}

fn parameter(place: ParameterIn, name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .description(Some(description))
        .required(Required::False)
        .schema(Some(schema))
        .build()
}
