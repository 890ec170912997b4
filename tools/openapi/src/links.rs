use utoipa::openapi::{RefOr, Responses, link::LinkBuilder};

/// Links from the response of an operation to other operations.
struct Link {
    /// The operation with the response.
    from: &'static str,
    status: &'static str,
    /// The target operations.
    to: &'static [&'static str],
    /// The parameters of the targets and their values:
    /// <https://spec.openapis.org/oas/v3.1.1.html#runtime-expressions>.
    with: &'static [(&'static str, &'static str)],
}

const fn link(
    from: &'static str,
    status: &'static str,
    to: &'static [&'static str],
    with: &'static [(&'static str, &'static str)],
) -> Link {
    Link { from, status, to, with }
}

const ITEM: &[&str] = &["watchlist-get", "watchlist-update", "watchlist-remove"];
const CUSTOMER: &[&str] = &[
    "customers-get",
    "customers-update",
    "customers-replace",
    "customers-delete",
    "favorites-list",
    "favorites-add",
    "favorites-refresh",
];
const FAVORITE: &[&str] = &["favorites-history", "favorites-remove", "products-get"];
const USER: &[&str] =
    &["admin-user-get", "admin-user-update", "admin-user-delete", "admin-user-watchlist", "admin-audit"];

const LINKS: &[Link] = &[
    link("auth-register", "201", &["admin-user-get"], &[("user_id", "$response.body#/id")]),
    link("auth-me", "200", &["admin-user-get"], &[("user_id", "$response.body#/id")]),
    link("auth-sessions", "200", &["auth-session-revoke"], &[("session_id", "$response.body#/sessions/0/id")]),
    link("auth-audit", "200", &["auth-audit"], &[("cursor", "$response.body#/next_cursor")]),
    link("watchlist-list", "200", &["watchlist-list"], &[("cursor", "$response.body#/next_cursor")]),
    link("watchlist-list", "200", ITEM, &[("item_id", "$response.body#/watchlist/0/id")]),
    link("watchlist-add", "201", ITEM, &[("item_id", "$response.body#/item/id")]),
    link("watchlist-get", "200", &["watchlist-update", "watchlist-remove"], ITEM_AS_READ),
    link("watchlist-update", "200", &["watchlist-update", "watchlist-remove"], ITEM_AS_READ),
    link("admin-users", "200", USER, &[("user_id", "$response.body#/users/0/id")]),
    link("admin-user-get", "200", &["admin-user-update", "admin-user-delete"], USER_AS_READ),
    link("admin-audit", "200", &["admin-audit"], &[("cursor", "$response.body#/next_cursor")]),
    link("customers-create", "201", CUSTOMER, &[("customer_id", "$response.body#/id")]),
    link("customers-list", "200", CUSTOMER, &[("customer_id", "$response.body#/customers/0/id")]),
    link("customers-get", "200", &["customers-update", "customers-replace", "customers-delete"], CUSTOMER_AS_READ),
    link("favorites-add", "201", FAVORITE, &[IN_PATH, ("product_id", "$response.body#/results/0/product_id")]),
    link("favorites-list", "200", FAVORITE, &[IN_PATH, ("product_id", "$response.body#/favorites/0/product_id")]),
    link("products-list", "200", &["products-get"], &[("product_id", "$response.body#/products/0/id")]),
    link("products-list", "200", &["products-list"], &[("page", "$response.body#/next_page")]),
];

const IF_MATCH: (&str, &str) = ("If-Match", "$response.header.ETag");
const IN_PATH: (&str, &str) = ("customer_id", "$request.path.customer_id");
const ITEM_AS_READ: &[(&str, &str)] = &[("item_id", "$response.body#/item/id"), IF_MATCH];
const USER_AS_READ: &[(&str, &str)] = &[("user_id", "$response.body#/id"), IF_MATCH];
const CUSTOMER_AS_READ: &[(&str, &str)] = &[("customer_id", "$response.body#/id"), IF_MATCH];

/// Adds the links to the responses of an operation.
pub(crate) fn add(operation: &str, responses: &mut Responses) {
    for Link { status, to, with, .. } in LINKS.iter().filter(|link| link.from == operation) {
        let Some(RefOr::T(response)) = responses.responses.get_mut(*status) else { continue };
        for to in *to {
            // The path of a product has no customer.
            let with = with.iter().filter(|(name, _)| *to != "products-get" || *name != "customer_id");
            let link =
                with.fold(LinkBuilder::new().operation_id(*to), |link, (name, value)| link.parameter(*name, *value));
            response.links.insert((*to).to_owned(), RefOr::T(link.build()));
        }
    }
}
