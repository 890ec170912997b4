"""The list of routes in the code."""

import pathlib

import facts
import sections
from facts import Function, Route

PATH = pathlib.Path("shared/src/http/routes.rs")
WIDTH = 120
CALLERS = {"anyone": "Caller::Anyone", "user": "Caller::User", "admin": "Caller::Admin"}


def outputs(root: pathlib.Path, functions: list[Function]) -> dict[pathlib.Path, str]:
    text = (root / PATH).read_text()
    return {PATH: sections.replace(PATH, text, "routes", content(functions))}


def content(functions: list[Function]) -> str:
    routes = facts.routes(functions)
    [fallback] = (function.name for function in functions if function.trigger == "default")
    invoked = [function.name for function in functions if function.trigger == "invoked"]
    triggered = [function.name for function in functions if function.trigger in ("queue", "schedule")]
    blocks = [
        "/// The function of API Gateway's `$default` route, which handles all requests that match no other\n"
        f'/// route.\npub const FALLBACK: &str = "{fallback}";\n',
        "/// Functions without a route that an operator invokes.\n" + names("INVOKED", invoked),
        "/// Functions without a route that a queue or a schedule invokes.\n" + names("TRIGGERED", triggered),
        "".join(constant(function, route) for function, route in routes),
        "/// All routes.\npub const ROUTES: &[Route] = &[\n"
        + "".join(f"    {route.constant},\n" for _, route in routes)
        + "];\n",
    ]
    return "\n".join(blocks)


def names(constant: str, functions: list[str]) -> str:
    declaration = f"pub const {constant}: &[&str] ="
    items = ", ".join(f'"{name}"' for name in functions)
    return first_that_fits(
        f"{declaration} &[{items}];\n",
        f"{declaration}\n    &[{items}];\n",
        f"{declaration} &[\n" + "".join(f'    "{name}",\n' for name in functions) + "];\n",
    )


def constant(function: Function, route: Route) -> str:
    quota = f"Some(Group::{group(function.quota)})" if function.quota else "None"
    arguments = [f'"{function.name}"', f"Method::{route.method}", f'"{route.path}"', CALLERS[function.caller], quota]
    declaration, call = f"pub const {route.constant}: Route =", f"route({', '.join(arguments)});"
    return f"/// `{route.method} {route.path}`\n" + first_that_fits(
        f"{declaration} {call}\n",
        f"{declaration}\n    {call}\n",
        f"{declaration} route(\n" + "".join(f"    {argument},\n" for argument in arguments) + ");\n",
    )


def group(quota: str) -> str:
    """Returns the variant of `Group`: `WatchlistsWrite` for `watchlists:write`."""
    return "".join(word.capitalize() for word in quota.split(":"))


def first_that_fits(*layouts: str) -> str:
    """Returns the first layout without a line that rustfmt would break, or the last one."""
    fits = (layout for layout in layouts if max(map(len, layout.splitlines())) <= WIDTH)
    return next(fits, layouts[-1])
