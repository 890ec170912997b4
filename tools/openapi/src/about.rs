use utoipa::openapi::{
    Components, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Paths, RefOr, ServerBuilder,
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::{Tag, TagBuilder},
};

const DESCRIPTION: &str = "\
People register, sign in and keep a private list of movies and shows, and of the products that each of their customers likes, \
which follow a catalogue elsewhere; administrators look after accounts; and everything that anybody changes stands in an audit \
trail.

**Answers** are JSON. Times are RFC 3339 in UTC, ids are opaque, prices are decimals as text. New members may \
appear in answers; a request with one that the route does not know is refused.

**Errors** have one shape (RFC 9457): read `code`; a 422 names all faults at once in `errors`. Nobody learns what is somebody \
else's: it is 404.

**Signing in** gives an access token for `Authorization: Bearer ...`, good for minutes, and a refresh token that works once. A \
session that is ended is over at once, for both. To try a route on this page: send `POST /v1/auth/login`, copy the \
`access_token`, press *Authorize* and paste it.

**Lists** come in pages: `limit`, and the `next_cursor` of the page before as `cursor`, or follow `Link`.

**Sending again** is safe: with an `Idempotency-Key` where something is made, with `If-Match` where it is changed. A 429 or 503 \
says in `Retry-After` when.

A path with a slash at its end is the same as without.";

/// The groups of operations, in the order in which a newcomer needs them.
const TAGS: [(&str, &str); 9] = [
    ("Account", "Registering, signing in and out, the password, and your account."),
    ("Sessions", "Where you are signed in, and the keys that access tokens are checked with."),
    ("Watchlist", "Movies and shows to see later; each user has one list."),
    ("Customers", "Whose favourite products an account keeps. An administrator reads those of all."),
    ("Favourites", "Products that a customer likes: what they were when they were added, and what they are now."),
    ("Products", "The catalogue, through a cache."),
    ("Administration", "Accounts, numbers and the audit trail, for administrators; each call stands in the trail."),
    ("Health", "Whether the service works, and what it depends on."),
    ("Pages", "The web console, and this document."),
];

/// The document around its paths.
pub(crate) fn document(paths: Paths, mut components: Components) -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The `access_token` of `POST /v1/auth/login`. What an administrator's routes take besides is the role `admin`."))
        .build();
    components.security_schemes.insert("bearer".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    let license = LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Watchlist API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(license));
    let server = ServerBuilder::new().url("/").description(Some("Where this document comes from.")).build();
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([server]))
        .tags(Some(TAGS.map(tag)))
        .paths(paths)
        .components(Some(components))
        .build()
}

fn tag((name, description): (&str, &str)) -> Tag {
    TagBuilder::new().name(name).description(Some(description)).build()
}
