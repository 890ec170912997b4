use serde_json::Value;
use utoipa::openapi::{Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Type, extensions::Extensions};

/// The headers of counted requests' answers. A request that nobody could be charged for has none: one without a good token.
pub(crate) const OF_LIMITED: [&str; 5] =
    ["RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

/// Name, example and description. The first group is always there where an answer is said to have it.
const ALWAYS: &[(&str, &str, &str)] = &[
    (
        "X-Request-ID",
        "01a1fbfe-2e75-7823-8bd3-15a553ca32cb",
        "The request's id, which is also in the log: the caller's own when it was 1 to 128 of `[A-Za-z0-9._-]`.",
    ),
    ("ETag", "\"3\"", "Changes with the answer's content: for `If-None-Match` and `If-Match`."),
    ("Location", "/v1/watchlists/items/01a1fbfe-2e5f-753b-b33a-2e08ba91034d", "Where the new thing is."),
    ("X-Cache", "HIT", "Whether Redis had the page: `HIT`, `MISS`, or `BYPASS` when it was not asked."),
    (
        "Cache-Control",
        "private, no-cache",
        "Who may keep the answer, and for how long. Every other answer has `no-store`.",
    ),
    ("WWW-Authenticate", "Bearer", "How to authenticate (RFC 6750)."),
    ("Retry-After", "1", "In how many seconds to try again."),
];

const SOMETIMES: &[(&str, &str, &str)] = &[
    (
        "Link",
        "</v1/watchlists?limit=10&cursor=AaG7>; rel=\"next\"",
        "Where the next page is (RFC 8288), relative to the server. Absent on the last page.",
    ),
    (
        "Idempotency-Replayed",
        "true",
        "The answer was given before, to the same request with the same `Idempotency-Key`.",
    ),
    ("Content-Disposition", "attachment; filename=\"audit.csv\"", "The name of a table that is saved as a file."),
    (
        "Set-Cookie",
        "refresh_token=...; Path=/v1/auth; HttpOnly; Secure; SameSite=Strict; Max-Age=604800",
        "The refresh token, for a browser that asked for it as a cookie: scripts never see it.",
    ),
    (
        "RateLimit",
        "\"watchlists:list\";r=59;t=1",
        "What is left of the quota (IETF draft): `r` requests, `t` seconds to the next one.",
    ),
    ("RateLimit-Policy", "\"watchlists:list\";q=60;w=60", "The quota (IETF draft): `q` requests in `w` seconds."),
    ("X-RateLimit-Limit", "60", "How many requests a minute the caller has."),
    ("X-RateLimit-Remaining", "59", "How many of them are left."),
    ("X-RateLimit-Reset", "1795229102", "When one more than `X-RateLimit-Remaining` says would pass, in Unix seconds."),
];

/// Where the document describes a header.
pub(crate) fn reference(name: &str) -> RefOr<Header> {
    RefOr::Ref(Ref::new(format!("#/components/headers/{name}")))
}

/// All of them, by name.
pub(crate) fn components() -> impl Iterator<Item = (String, RefOr<Header>)> {
    let always = ALWAYS.iter().map(|header| (header, true));
    let sometimes = SOMETIMES.iter().map(|header| (header, false));
    always.chain(sometimes).map(|((name, example, description), is_required)| {
        ((*name).to_owned(), RefOr::T(header(example, description, is_required)))
    })
}

fn header(example: &str, description: &str, is_required: bool) -> Header {
    let number = example.parse::<u64>().ok();
    let schema = ObjectBuilder::new().schema_type(if number.is_some() { Type::Integer } else { Type::String });
    let example = number.map_or_else(|| Value::from(example), Value::from);
    // OpenAPI's `required` is no member of the type.
    let required = is_required.then(|| Extensions::from_iter([("required", true)]));
    HeaderBuilder::new()
        .description(Some(description))
        .schema(Some(schema.examples([example])))
        .extensions(required)
        .build()
}
