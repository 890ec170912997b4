use std::collections::BTreeMap;

use utoipa::openapi::OpenApi;

/// Each line: a function and its crate.
macro_rules! documents {
    ($($name:literal: $function:ident,)*) => {{
        let mut documents = BTreeMap::new();
        $(documents.insert($name, <$function::Document as utoipa::OpenApi>::openapi());)*
        documents
    }};
}

/// What each function says of its own route, by its name.
pub(crate) fn documents() -> BTreeMap<&'static str, OpenApi> {
    documents! {
        "admin-audit": admin_audit,
        "admin-stats": admin_stats,
        "admin-user-delete": admin_user_delete,
        "admin-user-get": admin_user_get,
        "admin-user-update": admin_user_update,
        "admin-user-watchlist": admin_user_watchlist,
        "admin-users": admin_users,
        "auth-audit": auth_audit,
        "auth-delete-account": auth_delete_account,
        "auth-login": auth_login,
        "auth-logout": auth_logout,
        "auth-me": auth_me,
        "auth-password": auth_password,
        "auth-refresh": auth_refresh,
        "auth-register": auth_register,
        "auth-session-revoke": auth_session_revoke,
        "auth-sessions": auth_sessions,
        "customers-create": customers_create,
        "customers-delete": customers_delete,
        "customers-get": customers_get,
        "customers-list": customers_list,
        "customers-update": customers_update,
        "external-github": external_github,
        "favorites-add": favorites_add,
        "favorites-history": favorites_history,
        "favorites-list": favorites_list,
        "favorites-refresh": favorites_refresh,
        "favorites-remove": favorites_remove,
        "health": health,
        "health-detailed": health_detailed,
        "health-ready": health_ready,
        "jwks": jwks,
        "products-get": products_get,
        "products-list": products_list,
        "watchlist-add": watchlist_add,
        "watchlist-get": watchlist_get,
        "watchlist-list": watchlist_list,
        "watchlist-remove": watchlist_remove,
        "watchlist-update": watchlist_update,
    }
}
