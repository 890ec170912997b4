//! What the API's document (`web/openapi.json`) says of the values that requests and answers are made of. The domain's types
//! know nothing of it: each of them has a namesake here, which stands for it in `#[schema(value_type = ...)]`. Nothing of
//! this is left in a function's binary.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Object, ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};

use crate::domain;

mod headers;
mod product;
mod words;

pub use product::{ImageUrl, Price, PriceChange, ProductId, ProductIds, ProductTitle, Review};
pub use words::{Action, AddResult, ItemType, Outcome, Role, SortOrder, TargetType};

/// Declares schemas with a name; what is written above one is its description.
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
    /// An id that this API gave out. It means nothing to a client.
    Id = string().format(Some(format("uuid"))).examples(["01a1fbfe-2e5f-753b-b33a-2e08ba91034d"]);

    /// A moment: RFC 3339, UTC, with milliseconds.
    Timestamp = string().format(Some(format("date-time"))).examples(["2026-11-21T02:45:01.663Z"]);

    /// A moment: RFC 3339.
    Instant = string().format(Some(format("date-time"))).examples(["2026-01-31T00:00:00Z"]);

    /// An e-mail address in the common form, ASCII only. It is compared and shown in lower case.
    Email = string()
        .format(Some(format("email")))
        .max_length(Some(domain::Email::MAX_CHARS))
        .examples(["grace.hopper@example.com"]);

    /// A new password: any characters, never trimmed or cut. One that is too easy to guess is refused with the reason.
    NewPassword = string()
        .format(Some(format("password")))
        .min_length(Some(domain::Password::MIN_CHARS))
        .max_length(Some(domain::Password::MAX_CHARS))
        .examples(["correct horse battery staple"]);

    /// The password of the account.
    Password = string().format(Some(format("password"))).examples(["correct horse battery staple"]);

    /// What it is called. Blanks around it are removed; control characters are refused.
    Title = line(domain::Title::MAX_CHARS).examples(["Blade Runner"]);

    /// What somebody is called. Blanks around it are removed; control characters are refused.
    CustomerName = line(domain::CustomerName::MAX_CHARS).examples(["Grace Hopper"]);

    /// Where the next page begins, or null on the last one. It is good for the same user and the same query only.
    NextCursor = ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::SchemaType::from_iter([Type::String, Type::Null]))
        .examples(["AaG7_i5fdTuzOi4IupEDTQ"]);

    /// The `next_cursor` of the page before. It is good for the same user and the same query only.
    Cursor = string();

    /// How many entries the page has at most.
    PageSize = number(1, domain::PageSize::MAX).default(Some(domain::PageSize::default().get().into()));

    /// How many entries to pass over. A `cursor` is cheaper, and excludes it.
    Skip = number(0, domain::Skip::MAX);

    /// Which page of the catalogue.
    PageNumber = number(1, domain::PageNumber::LAST).default(Some(domain::PageNumber::default().get().into()));

    /// An access token: a JWT (RFC 9068), good for the `Authorization` header.
    AccessToken = string().examples(["eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMWExIn0.c2ln"]);

    /// A refresh token. It works once: each use gives a new one, and using it again ends its session.
    RefreshToken = string().examples(["01a1fbfe2e5f753bb33a2e08ba91034d"]);

    /// What a client says of itself: the `User-Agent` header.
    UserAgent = string().examples(["curl/8.14.1"]);

    /// The address that API Gateway saw.
    IpAddress = string().examples(["192.0.2.7"]);
}

/// The word `"ok"`, which clients of the first version of this API look for.
impl PartialSchema for super::wire::StatusOk {
    fn schema() -> RefOr<Schema> {
        string().enum_values(Some(["ok"])).build().into()
    }
}

impl ToSchema for super::wire::StatusOk {}

fn string() -> ObjectBuilder {
    Object::builder().schema_type(Type::String)
}

/// A text of one line; see `domain::validation`.
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
