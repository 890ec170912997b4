use utoipa::openapi::{
    Components, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Paths, RefOr, ServerBuilder,
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::{Tag, TagBuilder},
};

const DESCRIPTION: &str = "\
Users register, sign in and manage a private list of movies and shows. They also manage customers and their favourite \
products, whose prices are refreshed from an external catalogue. Administrators manage accounts. Every change is recorded in \
an audit trail.

**Responses** are JSON. Times are RFC 3339 in UTC, ids are opaque, and prices are decimals as strings. New members may be added \
to responses. A request with an unknown member is rejected.

**Errors** have one shape (RFC 9457). Programs read `code`. A 422 lists all invalid fields in `errors`. A resource of another \
account is 404.

**Authentication**: signing in returns an access token for `Authorization: Bearer ...`, which is valid for minutes, and a refresh \
token, which is valid for one use. Revoking a session invalidates both at once. To try a route on this page, send \
`POST /v1/auth/login`, copy the `access_token`, select *Authorize* and paste it.

**Lists** are paginated: pass `limit`, and the `next_cursor` of the previous page as `cursor`, or follow the `Link` header.

**Retries** are safe with an `Idempotency-Key` for creating resources and with `If-Match` for changing them. `Retry-After` of a \
429 or 503 is the number of seconds to wait.

A trailing slash in a path makes no difference.";

/// The groups of operations, in the order of the documentation.
const TAGS: [(&str, &str); 9] = [
    ("Account", "Registration, sign-in and sign-out, the password, and the user's own account."),
    ("Sessions", "The sessions of the user, and the public keys of access tokens."),
    ("Watchlist", "Movies and shows to watch later. Each user has one list."),
    ("Customers", "The customers of an account. Administrators can read the customers of all accounts."),
    ("Favourites", "The favourite products of a customer, as they were when they were added and as they are now."),
    ("Products", "The products of the catalogue, through a cache."),
    ("Administration", "Accounts, statistics and the audit trail, for administrators. Every call is audited."),
    ("Health", "The health of the service and its dependencies."),
    ("Pages", "The web console, and this document."),
];

/// Builds the document from its paths and components.
pub(crate) fn document(paths: Paths, mut components: Components) -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "The `access_token` of `POST /v1/auth/login`. Administrator routes also require the role `admin`.",
        ))
        .build();
    components.security_schemes.insert("bearer".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    let license = LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Watchlist API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(license));
    let server = ServerBuilder::new().url("/").description(Some("The server of this document.")).build();
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([server]))
        .tags(Some(TAGS.map(|(name, description)| tag(name, description))))
        .paths(paths)
        .components(Some(components))
        .build()
}

fn tag(name: &str, description: &str) -> Tag {
    TagBuilder::new().name(name).description(Some(description)).build()
}
