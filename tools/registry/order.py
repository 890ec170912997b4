"""The order of the routes in the code, in the documents and in web/openapi.json."""

from facts import Function, Route

ORDER = [
    "AUTH_REGISTER", "AUTH_LOGIN", "AUTH_REFRESH", "AUTH_LOGOUT", "AUTH_ME", "AUTH_DELETE_ACCOUNT", "AUTH_PASSWORD",
    "AUTH_SESSIONS", "AUTH_SESSION_REVOKE", "AUTH_AUDIT", "JWKS", "WATCHLIST_LIST", "WATCHLIST_ADD", "WATCHLIST_GET",
    "WATCHLIST_UPDATE", "WATCHLIST_REMOVE", "ADMIN_STATS", "ADMIN_USERS", "ADMIN_USER_GET", "ADMIN_USER_UPDATE",
    "ADMIN_USER_DELETE", "ADMIN_USER_WATCHLIST", "ADMIN_AUDIT", "CUSTOMERS_CREATE", "CUSTOMERS_LIST", "CUSTOMERS_GET",
    "CUSTOMERS_REPLACE", "CUSTOMERS_UPDATE", "CUSTOMERS_DELETE", "FAVORITES_LIST", "FAVORITES_ADD", "FAVORITES_REMOVE",
    "FAVORITES_REFRESH", "FAVORITES_HISTORY", "PRODUCTS_LIST", "PRODUCTS_GET", "EXTERNAL_GITHUB", "HEALTH",
    "HEALTH_READY", "HEALTH_DETAILED", "WEB_CONSOLE", "WEB_DOCS", "WEB_OPENAPI", "WEB_ASSET",
]  # fmt: skip


def routes(functions: list[Function]) -> list[tuple[Function, Route]]:
    """Returns all routes with their functions: those of ORDER first, then the others."""
    rows = [(function, route) for function in functions for route in function.routes]
    position = {constant: number for number, constant in enumerate(ORDER)}
    return sorted(rows, key=lambda row: position.get(row[1].constant, len(position)))
