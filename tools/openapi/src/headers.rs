use serde_json::Value;
use utoipa::openapi::{Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, Type, extensions::Extensions};

/// The headers of responses to counted requests. A request without a valid access token to a route
/// that counts by user is not counted.
const RATE_LIMIT: [&str; 5] =
    ["RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

/// Headers that are always present where they are documented: name, example and description.
const REQUIRED: &[(&str, &str, &str)] = &[
    (
        "X-Request-ID",
        "01a1fbfe-2e75-7823-8bd3-15a553ca32cb",
        "The id of the request, which is also in the logs: the client's own id if it is 1 to 128 of `[A-Za-z0-9._-]`.",
    ),
    ("ETag", "\"3\"", "The entity tag of the resource, for `If-None-Match` and `If-Match`."),
    ("Location", "/v1/watchlists/items/01a1fbfe-2e5f-753b-b33a-2e08ba91034d", "The path of the new resource."),
    ("X-Cache", "HIT", "The result of the lookup in Redis: `HIT`, `MISS`, or `BYPASS` without a lookup."),
    ("Cache-Control", "private, no-cache", "The caching of this response. All other responses have `no-store`."),
    ("WWW-Authenticate", "Bearer", "How to authenticate (RFC 6750)."),
    ("Retry-After", "1", "The number of seconds after which to retry."),
];

/// Headers that may be absent.
const OPTIONAL: &[(&str, &str, &str)] = &[
    (
        "Link",
        "</v1/watchlists?limit=10&cursor=AaG7>; rel=\"next\"",
        "A link to the next page (RFC 8288), relative to the server. Absent on the last page.",
    ),
    (
        "Idempotency-Replayed",
        "true",
        "The response repeats that of an earlier request with the same `Idempotency-Key`.",
    ),
    ("Content-Disposition", "attachment; filename=\"audit.csv\"", "The file name for saving the CSV."),
    (
        "Set-Cookie",
        "refresh_token=...; Path=/v1/auth; HttpOnly; Secure; SameSite=Strict; Max-Age=604800",
        "The refresh token, when the client requested it as a cookie. Scripts cannot read it.",
    ),
    (
        "RateLimit",
        "\"watchlists:list\";r=59;t=1",
        "The remaining quota (IETF draft): `r` requests, and `t` seconds until one more.",
    ),
    ("RateLimit-Policy", "\"watchlists:list\";q=60;w=60", "The quota (IETF draft): `q` requests in `w` seconds."),
    ("X-RateLimit-Limit", "60", "The quota in requests per minute."),
    ("X-RateLimit-Remaining", "59", "The remaining requests."),
    ("X-RateLimit-Reset", "1795229102", "The time at which one more request is available, in Unix seconds."),
];

/// Returns a reference to the shared description of a header.
pub(crate) fn reference(name: &str) -> RefOr<Header> {
    RefOr::Ref(Ref::new(format!("#/components/headers/{name}")))
}

/// The rate limit of a route, as far as its responses depend on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateLimit {
    /// Responses have the headers of [`RATE_LIMIT`].
    Limited,
    /// Responses have none of them.
    Unlimited,
}

/// Adds the headers of all responses, and replaces the response's own headers by references.
pub(crate) fn complete(response: &mut Response, limit: RateLimit) {
    let shared = ["X-Request-ID"].into_iter().chain(RATE_LIMIT.into_iter().filter(|_| limit == RateLimit::Limited));
    let own = response.headers.keys().cloned();
    let names: Vec<String> = own.chain(shared.map(str::to_owned)).collect();
    response.headers = names.into_iter().map(|name| (name.clone(), reference(&name))).collect();
}

/// Returns the shared descriptions, by name.
pub(crate) fn components() -> impl Iterator<Item = (String, RefOr<Header>)> {
    let required = REQUIRED.iter().map(|(name, example, description)| {
        // utoipa's type has no member for OpenAPI's `required`.
        let extensions = Extensions::from_iter([("required", true)]);
        (*name, header(example, description).extensions(Some(extensions)))
    });
    let optional = OPTIONAL.iter().map(|(name, example, description)| (*name, header(example, description)));
    required.chain(optional).map(|(name, header)| (name.to_owned(), RefOr::T(header.build())))
}

fn header(example: &str, description: &str) -> HeaderBuilder {
    let number = example.parse::<u64>().ok();
    let schema = ObjectBuilder::new().schema_type(if number.is_some() { Type::Integer } else { Type::String });
    let example = number.map_or_else(|| Value::from(example), Value::from);
    HeaderBuilder::new().description(Some(description)).schema(Some(schema.examples([example])))
}
