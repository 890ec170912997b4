"""The routes in the code: `route.rs` of each function, and the list of all routes in `fallback`.

No file of `shared` lists the routes. Every function depends on `shared`, so that a new route would
compile all of them.
"""

import pathlib

import facts
from facts import Function, Route

FALLBACK = pathlib.Path("functions/fallback/src/routes.rs")
WIDTH = 120
CALLERS = {"anyone": "Anyone", "user": "User", "admin": "Admin"}

MODULE = """\
//! {title} `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{imports};

{constants}"""

FALLBACK_MODULE = """\
//! The routes of all functions. `make registry` generates this file from their manifests.
//!
//! The list repeats their `route.rs`, because a function depends on no other function.

use axum::http::Method;

/// The method and the path of each route.
pub const ROUTES: &[(Method, &str)] = &[
{rows}];
"""


def outputs(_root: pathlib.Path, functions: list[Function]) -> dict[pathlib.Path, str]:
    modules = {
        pathlib.Path("functions", function.name, "src/route.rs"): module(function) for function in functions if function.routes
    }
    return modules | {FALLBACK: all_routes(functions)}


def module(function: Function) -> str:
    routes = sorted(function.routes, key=facts.path_and_method)
    return MODULE.format(
        title="The route of this function." if len(routes) == 1 else "The routes of this function.",
        imports="{\n    http::route::{Caller, Route},\n    rate_limit::Group,\n}" if function.quota else "http::route::{Caller, Route}",
        constants="\n".join(constant(function, route) for route in routes),
    )


def constant(function: Function, route: Route) -> str:
    fields = [
        f'function: "{function.name}"',
        f"method: Method::{route.method}",
        f'path: "{route.path}"',
        f"caller: Caller::{CALLERS[function.caller]}",
        f"limit: Some(Group::{group(function.quota)})" if function.quota else "limit: None",
    ]
    declaration, on_one_line = f"pub const {route.constant}: Route =", f"Route {{ {', '.join(fields)} }};"
    return f"/// `{route.method} {route.path}`\n" + first_that_fits(
        f"{declaration} {on_one_line}\n",
        f"{declaration}\n    {on_one_line}\n",
        f"{declaration} Route {{\n" + "".join(f"    {field},\n" for field in fields) + "};\n",
    )


def group(quota: str) -> str:
    """Returns the variant of `Group`: `WatchlistsWrite` for `watchlists:write`."""
    return "".join(word.capitalize() for word in quota.split(":"))


def all_routes(functions: list[Function]) -> str:
    rows = [f'    (Method::{route.method}, "{route.path}"),\n' for _, route in facts.routes(functions)]
    return FALLBACK_MODULE.format(rows="".join(rows))


def first_that_fits(*layouts: str) -> str:
    """Returns the first layout without a line that rustfmt would break, or the last one."""
    fits = (layout for layout in layouts if max(map(len, layout.splitlines())) <= WIDTH)
    return next(fits, layouts[-1])
