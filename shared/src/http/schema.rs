//! OpenAPI schemas of the values in requests and responses (`web/openapi.json`).
//!
//! The domain types do not depend on OpenAPI. Each has a type of the same name here, which a field
//! names in `#[schema(value_type = ...)]`. None of this code is left in a function's binary.

use utoipa::openapi::{
    Object, ObjectBuilder, Required, SchemaFormat, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

use crate::domain;

mod enums;
mod product;

pub use enums::{Action, AddResult, ItemType, Outcome, Role, SortOrder, TargetType};
pub use product::{ImageUrl, Price, PriceChange, ProductId, ProductTitle, Review};

/// Declares named schemas. The doc comment of each is its description.
macro_rules! schemas {
    ($($(#[doc = $doc:literal])+ $name:ident = $object:expr;)*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let description = [$($doc),+].concat().trim().to_owned();
                $object.description(Some(description)).build().into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}
use schemas;

schemas! {
    /// An opaque id that this API generated.
    Id = string().format(Some(format("uuid"))).examples(["01a1fbfe-2e5f-753b-b33a-2e08ba91034d"]);

    /// A time: RFC 3339, UTC, with milliseconds.
    Timestamp = string().format(Some(format("date-time"))).examples(["2026-11-21T02:45:01.663Z"]);

    /// A time: RFC 3339.
    Instant = string().format(Some(format("date-time"))).examples(["2026-01-31T00:00:00Z"]);

    /// An e-mail address, ASCII only. It is compared and returned in lower case.
    Email = string()
        .format(Some(format("email")))
        .max_length(Some(domain::Email::MAX_CHARS))
        .examples(["grace.hopper@example.com"]);

    /// A new password: any characters, never trimmed or truncated. A password that is too easy to
    /// guess is rejected with the reason.
    NewPassword = string()
        .format(Some(format("password")))
        .min_length(Some(domain::Password::MIN_CHARS))
        .max_length(Some(domain::Password::MAX_CHARS))
        .examples(["correct horse battery staple"]);

    /// The password of the account.
    Password = string().format(Some(format("password"))).examples(["correct horse battery staple"]);

    /// The title. Surrounding whitespace is removed; control characters are rejected.
    Title = line(domain::Title::MAX_CHARS).examples(["Blade Runner"]);

    /// The customer's name. Surrounding whitespace is removed; control characters are rejected.
    CustomerName = line(domain::CustomerName::MAX_CHARS).examples(["Grace Hopper"]);

    /// The cursor of the next page, or null on the last page. It is valid for the same user and the
    /// same query only.
    NextCursor = ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::SchemaType::from_iter([Type::String, Type::Null]))
        .examples(["AaG7_i5fdTuzOi4IupEDTQ"]);

    /// The `next_cursor` of the previous page. It is valid for the same user and the same query
    /// only.
    Cursor = string();

    /// The maximum number of entries of the page.
    PageSize = number(1, domain::PageSize::MAX).default(Some(domain::PageSize::default().get().into()));

    /// The number of entries to skip. A `cursor` is cheaper; the two exclude each other.
    Skip = number(0, domain::Skip::MAX);

    /// The page of the catalogue.
    PageNumber = number(1, domain::PageNumber::LAST).default(Some(domain::PageNumber::default().get().into()));

    /// An access token: a JWT (RFC 9068) for the `Authorization` header.
    AccessToken = string().examples(["eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMWExIn0.c2ln"]);

    /// A refresh token. It is valid for one use, which returns a new one. Using it again ends its
    /// session.
    RefreshToken = string().examples(["01a1fbfe2e5f753bb33a2e08ba91034d"]);

    /// The client's `User-Agent` header.
    UserAgent = string().examples(["curl/8.14.1"]);

    /// The client's IP address.
    IpAddress = string().examples(["192.0.2.7"]);
}

pub(super) fn string() -> ObjectBuilder {
    Object::builder().schema_type(Type::String)
}

/// A string of one line; see `domain::validation`.
fn line(max_chars: usize) -> ObjectBuilder {
    const CONTROL: &str = r"\x00-\x1f\x7f-\x9f";
    let pattern = format!(r"^[^{CONTROL}]*[^\s{CONTROL}][^{CONTROL}]*$");
    string().min_length(Some(1)).max_length(Some(max_chars)).pattern(Some(pattern))
}

fn number(min: u32, max: u32) -> ObjectBuilder {
    Object::builder().schema_type(Type::Integer).minimum(Some(min)).maximum(Some(max))
}

fn format(name: &str) -> SchemaFormat {
    SchemaFormat::Custom(name.to_owned())
}

/// An optional header or cookie that an extractor reads.
pub(super) fn optional_parameter(
    location: ParameterIn,
    name: &str,
    description: &str,
    schema: ObjectBuilder,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(location)
        .description(Some(description))
        .required(Required::False)
        .schema(Some(schema))
        .build()
}
