//! All routes of the API. A test checks that `template.yaml`, the functions and the router of
//! `cargo lambda watch` in `Cargo.toml` have the same routes.

use http::Method;

use crate::rate_limit::Group;

/// One route and the function that serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The function: its folder under `functions/`.
    pub function: &'static str,
    /// The method.
    pub method: Method,
    /// The path, with parameters in braces. A trailing slash makes no difference.
    pub path: &'static str,
    /// The rate limit group; `None` for a route without a rate limit.
    pub limit: Option<Group>,
}

const fn route(function: &'static str, method: Method, path: &'static str, limit: Option<Group>) -> Route {
    Route { function, method, path, limit }
}

/// The function of API Gateway's `$default` route, which handles all requests that match no other
/// route.
pub const FALLBACK: &str = "fallback";

/// Functions without a route that an operator invokes.
pub const INVOKED: &[&str] = &["admin-bootstrap"];

/// Functions without a route that a queue or a schedule invokes.
pub const TRIGGERED: &[&str] = &["audit-worker", "audit-relay", "catalog-worker", "catalog-refresh"];

/// `POST /v1/auth/register`
pub const AUTH_REGISTER: Route = route("auth-register", Method::POST, "/v1/auth/register", Some(Group::Register));
/// `POST /v1/auth/login`
pub const AUTH_LOGIN: Route = route("auth-login", Method::POST, "/v1/auth/login", Some(Group::Login));
/// `POST /v1/auth/refresh`
pub const AUTH_REFRESH: Route = route("auth-refresh", Method::POST, "/v1/auth/refresh", Some(Group::Refresh));
/// `POST /v1/auth/logout`
pub const AUTH_LOGOUT: Route = route("auth-logout", Method::POST, "/v1/auth/logout", Some(Group::Account));
/// `GET /v1/auth/me`
pub const AUTH_ME: Route = route("auth-me", Method::GET, "/v1/auth/me", Some(Group::Account));
/// `DELETE /v1/auth/me`
pub const AUTH_DELETE_ACCOUNT: Route =
    route("auth-delete-account", Method::DELETE, "/v1/auth/me", Some(Group::Password));
/// `PUT /v1/auth/password`
pub const AUTH_PASSWORD: Route = route("auth-password", Method::PUT, "/v1/auth/password", Some(Group::Password));
/// `GET /v1/auth/sessions`
pub const AUTH_SESSIONS: Route = route("auth-sessions", Method::GET, "/v1/auth/sessions", Some(Group::Account));
/// `DELETE /v1/auth/sessions/{session_id}`
pub const AUTH_SESSION_REVOKE: Route =
    route("auth-session-revoke", Method::DELETE, "/v1/auth/sessions/{session_id}", Some(Group::Account));
/// `GET /v1/auth/audit`
pub const AUTH_AUDIT: Route = route("auth-audit", Method::GET, "/v1/auth/audit", Some(Group::Account));
/// `GET /.well-known/jwks.json`
pub const JWKS: Route = route("jwks", Method::GET, "/.well-known/jwks.json", None);
/// `GET /v1/watchlists`
pub const WATCHLIST_LIST: Route = route("watchlist-list", Method::GET, "/v1/watchlists", Some(Group::WatchlistsList));
/// `POST /v1/watchlists/items`
pub const WATCHLIST_ADD: Route =
    route("watchlist-add", Method::POST, "/v1/watchlists/items", Some(Group::WatchlistsWrite));
/// `GET /v1/watchlists/items/{item_id}`
pub const WATCHLIST_GET: Route =
    route("watchlist-get", Method::GET, "/v1/watchlists/items/{item_id}", Some(Group::WatchlistsList));
/// `PATCH /v1/watchlists/items/{item_id}`
pub const WATCHLIST_UPDATE: Route =
    route("watchlist-update", Method::PATCH, "/v1/watchlists/items/{item_id}", Some(Group::WatchlistsWrite));
/// `DELETE /v1/watchlists/items/{item_id}`
pub const WATCHLIST_REMOVE: Route =
    route("watchlist-remove", Method::DELETE, "/v1/watchlists/items/{item_id}", Some(Group::WatchlistsWrite));
/// `GET /v1/admin/stats`
pub const ADMIN_STATS: Route = route("admin-stats", Method::GET, "/v1/admin/stats", Some(Group::Admin));
/// `GET /v1/admin/users`
pub const ADMIN_USERS: Route = route("admin-users", Method::GET, "/v1/admin/users", Some(Group::Admin));
/// `GET /v1/admin/users/{user_id}`
pub const ADMIN_USER_GET: Route = route("admin-user-get", Method::GET, "/v1/admin/users/{user_id}", Some(Group::Admin));
/// `PATCH /v1/admin/users/{user_id}`
pub const ADMIN_USER_UPDATE: Route =
    route("admin-user-update", Method::PATCH, "/v1/admin/users/{user_id}", Some(Group::Admin));
/// `DELETE /v1/admin/users/{user_id}`
pub const ADMIN_USER_DELETE: Route =
    route("admin-user-delete", Method::DELETE, "/v1/admin/users/{user_id}", Some(Group::Admin));
/// `GET /v1/admin/users/{user_id}/watchlist`
pub const ADMIN_USER_WATCHLIST: Route =
    route("admin-user-watchlist", Method::GET, "/v1/admin/users/{user_id}/watchlist", Some(Group::Admin));
/// `GET /v1/admin/audit`
pub const ADMIN_AUDIT: Route = route("admin-audit", Method::GET, "/v1/admin/audit", Some(Group::Admin));
/// `POST /v1/customers`
pub const CUSTOMERS_CREATE: Route =
    route("customers-create", Method::POST, "/v1/customers", Some(Group::CustomersWrite));
/// `GET /v1/customers`
pub const CUSTOMERS_LIST: Route = route("customers-list", Method::GET, "/v1/customers", Some(Group::CustomersRead));
/// `GET /v1/customers/{customer_id}`
pub const CUSTOMERS_GET: Route =
    route("customers-get", Method::GET, "/v1/customers/{customer_id}", Some(Group::CustomersRead));
/// `PUT /v1/customers/{customer_id}`
pub const CUSTOMERS_REPLACE: Route =
    route("customers-update", Method::PUT, "/v1/customers/{customer_id}", Some(Group::CustomersWrite));
/// `PATCH /v1/customers/{customer_id}`
pub const CUSTOMERS_UPDATE: Route =
    route("customers-update", Method::PATCH, "/v1/customers/{customer_id}", Some(Group::CustomersWrite));
/// `DELETE /v1/customers/{customer_id}`
pub const CUSTOMERS_DELETE: Route =
    route("customers-delete", Method::DELETE, "/v1/customers/{customer_id}", Some(Group::CustomersWrite));
/// `GET /v1/customers/{customer_id}/favorites`
pub const FAVORITES_LIST: Route =
    route("favorites-list", Method::GET, "/v1/customers/{customer_id}/favorites", Some(Group::CustomersRead));
/// `POST /v1/customers/{customer_id}/favorites`
pub const FAVORITES_ADD: Route =
    route("favorites-add", Method::POST, "/v1/customers/{customer_id}/favorites", Some(Group::CustomersWrite));
/// `DELETE /v1/customers/{customer_id}/favorites/{product_id}`
pub const FAVORITES_REMOVE: Route = route(
    "favorites-remove",
    Method::DELETE,
    "/v1/customers/{customer_id}/favorites/{product_id}",
    Some(Group::CustomersWrite),
);
/// `POST /v1/customers/{customer_id}/favorites/refresh`
pub const FAVORITES_REFRESH: Route = route(
    "favorites-refresh",
    Method::POST,
    "/v1/customers/{customer_id}/favorites/refresh",
    Some(Group::CustomersWrite),
);
/// `GET /v1/customers/{customer_id}/favorites/{product_id}/history`
pub const FAVORITES_HISTORY: Route = route(
    "favorites-history",
    Method::GET,
    "/v1/customers/{customer_id}/favorites/{product_id}/history",
    Some(Group::CustomersRead),
);
/// `GET /v1/products`
pub const PRODUCTS_LIST: Route = route("products-list", Method::GET, "/v1/products", Some(Group::Products));
/// `GET /v1/products/{product_id}`
pub const PRODUCTS_GET: Route = route("products-get", Method::GET, "/v1/products/{product_id}", Some(Group::Products));
/// `GET /v1/external/github`
pub const EXTERNAL_GITHUB: Route = route("external-github", Method::GET, "/v1/external/github", Some(Group::External));
/// `GET /health`
pub const HEALTH: Route = route("health", Method::GET, "/health", None);
/// `GET /v1/health/ready`
pub const HEALTH_READY: Route = route("health-ready", Method::GET, "/v1/health/ready", None);
/// `GET /v1/health/detailed`
pub const HEALTH_DETAILED: Route = route("health-detailed", Method::GET, "/v1/health/detailed", None);

/// `GET /`
pub const WEB_CONSOLE: Route = route("web", Method::GET, "/", None);
/// `GET /docs`
pub const WEB_DOCS: Route = route("web", Method::GET, "/docs", None);
/// `GET /openapi.json`
pub const WEB_OPENAPI: Route = route("web", Method::GET, "/openapi.json", None);
/// `GET /assets/{version}/{folder}/{file}`
pub const WEB_ASSET: Route = route("web", Method::GET, "/assets/{version}/{folder}/{file}", None);

/// All routes.
pub const ROUTES: &[Route] = &[
    AUTH_REGISTER,
    AUTH_LOGIN,
    AUTH_REFRESH,
    AUTH_LOGOUT,
    AUTH_ME,
    AUTH_DELETE_ACCOUNT,
    AUTH_PASSWORD,
    AUTH_SESSIONS,
    AUTH_SESSION_REVOKE,
    AUTH_AUDIT,
    JWKS,
    WATCHLIST_LIST,
    WATCHLIST_ADD,
    WATCHLIST_GET,
    WATCHLIST_UPDATE,
    WATCHLIST_REMOVE,
    ADMIN_STATS,
    ADMIN_USERS,
    ADMIN_USER_GET,
    ADMIN_USER_UPDATE,
    ADMIN_USER_DELETE,
    ADMIN_USER_WATCHLIST,
    ADMIN_AUDIT,
    CUSTOMERS_CREATE,
    CUSTOMERS_LIST,
    CUSTOMERS_GET,
    CUSTOMERS_REPLACE,
    CUSTOMERS_UPDATE,
    CUSTOMERS_DELETE,
    FAVORITES_LIST,
    FAVORITES_ADD,
    FAVORITES_REMOVE,
    FAVORITES_REFRESH,
    FAVORITES_HISTORY,
    PRODUCTS_LIST,
    PRODUCTS_GET,
    EXTERNAL_GITHUB,
    HEALTH,
    HEALTH_READY,
    HEALTH_DETAILED,
    WEB_CONSOLE,
    WEB_DOCS,
    WEB_OPENAPI,
    WEB_ASSET,
];

/// Returns the methods that a path supports, for the `Allow` header of a 405. Empty when no route
/// has the path.
#[must_use]
pub fn methods_for(path: &str) -> Vec<Method> {
    ROUTES.iter().filter(|route| matches(route.path, path)).map(|route| route.method.clone()).collect()
}

/// Returns `true` if a path matches a pattern.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let [pattern, path] = [pattern, path].map(|text| text.strip_suffix('/').unwrap_or(text));
    let (mut expected, mut actual) = (pattern.split('/'), path.split('/'));
    loop {
        match (expected.next(), actual.next()) {
            (None, None) => return true,
            (Some(parameter), Some(value)) if parameter.starts_with('{') && !value.is_empty() => {}
            (Some(expected), Some(actual)) if expected == actual => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_methods_of_all_its_routes() {
        let methods = methods_for("/v1/watchlists/items/0190");
        assert_eq!(methods, [Method::GET, Method::PATCH, Method::DELETE]);
    }

    #[test]
    fn a_trailing_slash_makes_no_difference() {
        assert_eq!(methods_for("/v1/watchlists/"), [Method::GET]);
        assert_eq!(methods_for("/"), [Method::GET]);
        assert_eq!(methods_for("/v1/watchlists/items/0190/").len(), 3);
    }

    #[test]
    fn an_unknown_path_has_no_methods() {
        for path in
            ["//", "/v1", "/v1/watchlists/items//", "/v1/watchlists//", "/v1/watchlists/items/a/b", "/V1/watchlists"]
        {
            assert!(methods_for(path).is_empty(), "{path}");
        }
    }

    #[test]
    fn no_route_is_listed_twice() {
        for (at, route) in ROUTES.iter().enumerate() {
            assert!(!ROUTES[..at].iter().any(|other| other.method == route.method && other.path == route.path));
        }
    }
}
