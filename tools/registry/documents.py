"""The tables of functions, and the numbers of functions, in the documentation."""

import json
import pathlib
import re

import facts
import sections
from facts import Function, Route

API = pathlib.Path("docs/API.md")
INFRA = pathlib.Path("infra/README.md")
OPENAPI = pathlib.Path("web/openapi.json")

CALLERS = {"anyone": "anyone", "user": "user", "admin": "administrator"}
# Statuses that docs/API.md describes once for all routes.
COMMON = {"413", "415", "429", "500"}


def outputs(root: pathlib.Path, functions: list[Function]) -> dict[pathlib.Path, str]:
    paths = json.loads((root / OPENAPI).read_text())["paths"]
    api = sections.replace(API, (root / API).read_text(), "routes", routes(functions, paths))
    api = sections.replace(API, api, "functions without a route", without_route(functions))
    return {API: api, INFRA: numbers((root / INFRA).read_text(), functions)}


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def routes(functions: list[Function], paths: dict) -> str:
    rows = [
        [
            f"`{route.method} {route.path}`",
            f"`{function.name}`",
            CALLERS[function.caller],
            f"`{function.quota}`" if function.quota else "none",
            statuses(route, paths),
        ]
        for function, route in facts.routes(functions)
    ]
    rows += [["any other path", f"`{it.name}`", "anyone", "none", "404, 405"] for it in functions if it.trigger == "default"]
    return table(["route", "function", "caller", "rate limit", "statuses"], rows)


def statuses(route: Route, paths: dict) -> str:
    """Returns the documented statuses except those that all routes of the same kind have.

    The cell is empty until `make openapi` has added a new route to the document.
    """
    operation = paths.get(route.path, {}).get(route.method.lower(), {"responses": {}})
    common = COMMON | ({"400"} if "requestBody" in operation else set())
    # A 503 that only says that DynamoDB does not respond is a shared response.
    specific = [
        status
        for status, response in operation["responses"].items()
        if status not in common and not (status == "503" and "$ref" in response)
    ]
    return ", ".join(specific)


def without_route(functions: list[Function]) -> str:
    without = [function for function in functions if function.trigger in ("queue", "schedule", "invoked")]
    rows = [[f"`{function.name}`", invoked_by(function), function.description] for function in without]
    return table(["function", "invoked by", "task"], rows)


def invoked_by(function: Function) -> str:
    match function.trigger:
        case "queue":
            return f"the queue `{function.source['name']}`"
        case "schedule":
            return f"a schedule, `{function.source['expression']}`"
        case _:
            return "an operator"


def numbers(text: str, functions: list[Function]) -> str:
    """Returns the text of infra/README.md with the current numbers of functions in its sentences."""
    in_vpc = [function for function in functions if "redis" in function.uses]
    with_alias = [function for function in functions if function.trigger in ("route", "default")]
    sentences = [
        (r"\d+ functions with a role each, \d+ of them", f"{len(functions)} functions with a role each, {len(in_vpc)} of them"),
        (r"\d+ functions, a version", f"{len(with_alias)} functions, a version"),
    ]
    for pattern, sentence in sentences:
        text, found = re.subn(pattern, sentence, text)
        if found != 1:
            raise sections.MissingSection(f"{INFRA} must contain one sentence like {sentence!r}")
    return text
