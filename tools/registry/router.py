"""The router of `cargo lambda watch`, which stands in for API Gateway."""

import pathlib

import facts
import sections
from facts import Function

PATH = pathlib.Path("Cargo.toml")


def outputs(root: pathlib.Path, functions: list[Function]) -> dict[pathlib.Path, str]:
    return {PATH: sections.replace(PATH, (root / PATH).read_text(), "router", content(functions))}


def content(functions: list[Function]) -> str:
    """Returns one row for each path with, and one without, a trailing slash."""
    rows = [
        f'  {{ path = "{path}", methods = ["{route.method}"], function = "{function.name}" }},\n'
        for function, route in facts.routes(functions)
        for path in ([route.path] if route.path == "/" else [route.path, route.path + "/"])
    ]
    return "router = [\n" + "".join(rows) + "]\n"
