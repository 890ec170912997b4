"""The names of the functions without a route, for tools/local.

tools/local cannot depend on the crate `functions`, because `make run` would then compile every
function twice: for the program, and for its own process.
"""

import pathlib

from facts import Function
from routes import first_that_fits

PATH = pathlib.Path("tools/local/src/functions/without_route.rs")

MODULE = """\
//! The functions without a route. `make registry` generates this file from their manifests.

"""


def outputs(_root: pathlib.Path, functions: list[Function]) -> dict[pathlib.Path, str]:
    return {PATH: MODULE + constants(functions, "pub(crate)")}


def constants(functions: list[Function], visibility: str) -> str:
    [fallback] = (function.name for function in functions if function.trigger == "default")
    invoked = [function.name for function in functions if function.trigger == "invoked"]
    triggered = [function.name for function in functions if function.trigger in ("queue", "schedule")]
    return f"""\
/// The function of API Gateway's `$default` route, which handles all requests that match no other
/// route.
{visibility} const FALLBACK: &str = "{fallback}";

/// Functions without a route that an operator invokes.
{names(f"{visibility} const INVOKED", invoked)}
/// Functions without a route that a queue or a schedule invokes.
{names(f"{visibility} const TRIGGERED", triggered)}"""


def names(constant: str, functions: list[str]) -> str:
    declaration = f"{constant}: &[&str] ="
    items = ", ".join(f'"{name}"' for name in functions)
    return first_that_fits(
        f"{declaration} &[{items}];\n",
        f"{declaration}\n    &[{items}];\n",
        f"{declaration} &[\n" + "".join(f'    "{name}",\n' for name in functions) + "];\n",
    )
