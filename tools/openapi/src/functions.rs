use std::collections::BTreeMap;

use utoipa::openapi::OpenApi;

/// Maps each function's name to its document.
macro_rules! documents {
    ($($name:literal: $document:ty,)*) => {{
        let mut documents = BTreeMap::new();
        $(documents.insert($name, <$document as utoipa::OpenApi>::openapi());)*
        documents
    }};
}

/// Returns the document of each function, by the function's name.
pub(crate) fn documents() -> BTreeMap<&'static str, OpenApi> {
    documents! {
        "admin-audit": admin_audit::Document,
        "admin-stats": admin_stats::Document,
        "admin-user-delete": admin_user_delete::Document,
        "admin-user-get": admin_user_get::Document,
        "admin-user-update": admin_user_update::Document,
        "admin-user-watchlist": admin_user_watchlist::Document,
        "admin-users": admin_users::Document,
        "auth-audit": auth_audit::Document,
        "auth-delete-account": auth_delete_account::Document,
        "auth-login": auth_login::Document,
        "auth-logout": auth_logout::Document,
        "auth-me": auth_me::Document,
        "auth-password": auth_password::Document,
        "auth-refresh": auth_refresh::Document,
        "auth-register": auth_register::Document,
        "auth-session-revoke": auth_session_revoke::Document,
        "auth-sessions": auth_sessions::Document,
        "customers-create": customers_create::Document,
        "customers-delete": customers_delete::Document,
        "customers-get": customers_get::Document,
        "customers-list": customers_list::Document,
        "customers-update": customers_update::Document,
        "external-github": external_github::Document,
        "favorites-add": favorites_add::Document,
        "favorites-history": favorites_history::Document,
        "favorites-list": favorites_list::Document,
        "favorites-refresh": favorites_refresh::Document,
        "favorites-remove": favorites_remove::Document,
        "health": health::Document,
        "health-detailed": health_detailed::Document,
        "health-ready": health_ready::Document,
        "jwks": jwks::Document,
        "products-get": products_get::Document,
        "products-list": products_list::Document,
        "watchlist-add": watchlist_add::Document,
        "watchlist-get": watchlist_get::Document,
        "watchlist-list": watchlist_list::Document,
        "watchlist-remove": watchlist_remove::Document,
        "watchlist-update": watchlist_update::Document,
        "web": web::Document,
    }
}
