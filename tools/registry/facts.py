"""The facts of all functions, as their manifests state them.

Each `functions/<name>/Cargo.toml` has a table `[package.metadata.function]`. docs/ADDING_A_ROUTE.md
describes its keys. A comment above a key or above a row of `grants` is part of the facts, because
template.yaml repeats it.
"""

import pathlib
import re
import tomllib
from dataclasses import dataclass, field

# The headings of template.yaml and docs/API.md, in their order.
AREAS = ["Accounts", "Watchlist", "Administration", "Audit trail", "Customers", "Favourites", "Products", "Operations"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
CALLERS = ["anyone", "user", "admin"]
KEYS = {
    "area", "route", "routes", "default", "invoked", "queue", "schedule", "caller", "quota", "memory", "timeout",
    "reserved_concurrency", "throttle", "recursive", "uses", "grants",
}  # fmt: skip
USES = {
    "redis", "sessions", "audit-trail", "catalog", "catalog-pace", "refresh-rounds", "github", "retention", "images",
    "peppers", "signing-key", "cursor-key",
}  # fmt: skip


@dataclass(frozen=True)
class Route:
    """A method and a path, and the constant in the function's src/route.rs."""

    constant: str
    method: str
    path: str


@dataclass(frozen=True)
class Grant:
    """One statement of the function's policy."""

    actions: tuple[str, ...]
    # The table, or a queue's logical id.
    resource: str
    # Patterns of partition keys; only for the table.
    keys: tuple[str, ...]
    # The index to read instead of the table, or, as "+name", in addition to it.
    index: str | None
    # `True` for a statement that denies the actions on all other resources.
    denies_others: bool
    comment: str | None


@dataclass(frozen=True)
class Function:
    """All facts of one function."""

    name: str
    description: str
    area: str
    routes: tuple[Route, ...]
    # "route", "default", "queue", "schedule" or "invoked".
    trigger: str
    caller: str | None
    quota: str | None
    memory: int | None
    timeout: int | None
    reserved_concurrency: bool
    throttle: bool
    recursive: bool
    uses: frozenset[str]
    grants: tuple[Grant, ...]
    # The table `queue` or `schedule`.
    source: dict
    # Comments by key; those of `queue` and `schedule` as "queue.batch_size".
    comments: dict[str, str] = field(hash=False)

    @property
    def logical_id(self) -> str:
        """The name of the function's resource in template.yaml."""
        return "".join(word.capitalize() for word in self.name.split("-")) + "Function"


class BadManifest(Exception):
    """A manifest does not state its facts, or states them wrongly."""


def read(root: pathlib.Path) -> list[Function]:
    """Returns all functions in the order of the generated files: by area, path and method."""
    manifests = sorted(root.glob("functions/*/Cargo.toml"))
    return sorted((read_manifest(path) for path in manifests), key=order)


def routes(functions: list[Function]) -> list[tuple[Function, Route]]:
    """Returns all routes with their functions, in the order of the generated files."""
    rows = [(function, route) for function in functions for route in function.routes]
    return sorted(rows, key=lambda row: (AREAS.index(row[0].area), path_and_method(row[1])))


def path_and_method(route: Route) -> tuple[str, int]:
    return route.path, METHODS.index(route.method)


def order(function: Function):
    # Functions without a route come last.
    first = min(map(path_and_method, function.routes), default=("~", 0))
    return AREAS.index(function.area), first, function.name


def read_manifest(path: pathlib.Path) -> Function:
    text = path.read_text()
    package = tomllib.loads(text)["package"]
    try:
        facts = package["metadata"]["function"]
        require(facts.keys() <= KEYS, f"unknown keys {sorted(facts.keys() - KEYS)}")
        return from_facts(package, facts, comments_in(text))
    except KeyError as error:
        raise BadManifest(f"{path}: [package.metadata.function] has no {error}") from error
    except BadManifest as error:
        raise BadManifest(f"{path}: {error}") from error


def from_facts(package: dict, facts: dict, comments: dict[str, str]) -> Function:
    name = package["name"]
    triggers = [key for key in ("route", "routes", "default", "invoked", "queue", "schedule") if key in facts]
    require(len(triggers) == 1, "exactly one of route, routes, default, invoked, queue and schedule is required")
    trigger = "route" if triggers == ["routes"] else triggers[0]
    routes = facts.get("routes", {})
    if "route" in facts:
        routes = {"ROUTE": facts["route"]}
    uses = frozenset(facts.get("uses", []))
    require(facts["area"] in AREAS, f"area must be one of {AREAS}")
    require(uses <= USES, f"unknown uses {sorted(uses - USES)}")
    require((facts.get("caller") in CALLERS) == (trigger == "route"), f"caller must be one of {CALLERS} for a route")
    grants = facts.get("grants", [])
    return Function(
        name=name,
        description=package["description"],
        area=facts["area"],
        routes=tuple(parse_route(constant, key) for constant, key in routes.items()),
        trigger=trigger,
        caller=facts.get("caller"),
        quota=facts.get("quota"),
        memory=facts.get("memory"),
        timeout=facts.get("timeout"),
        reserved_concurrency=facts.get("reserved_concurrency", False),
        throttle=facts.get("throttle", False),
        recursive=facts.get("recursive", False),
        uses=uses,
        grants=tuple(grant(row, comments.get(f"grants.{number}")) for number, row in enumerate(grants)),
        source=facts.get("queue") or facts.get("schedule") or {},
        comments=comments,
    )


def parse_route(constant: str, key: str) -> Route:
    method, _, path = key.partition(" ")
    require(method in METHODS and path.startswith("/"), f"{key!r} is not a method and a path")
    return Route(constant, method, path)


def grant(row: dict, comment: str | None) -> Grant:
    known = {"allow", "deny_elsewhere", "on", "keys", "index", "also_index"}
    require(row.keys() <= known, f"a grant has unknown keys {sorted(row.keys() - known)}")
    require(("allow" in row) != ("deny_elsewhere" in row), "a grant is either allow or deny_elsewhere")
    resource = row.get("on", "Table")
    require((resource == "Table") == ("keys" in row), "a grant on the table, and only such, has keys")
    return Grant(
        actions=tuple(row.get("allow") or row["deny_elsewhere"]),
        resource=resource,
        keys=tuple(row.get("keys", [])),
        index=row.get("index") or (f"+{row['also_index']}" if "also_index" in row else None),
        denies_others="deny_elsewhere" in row,
        comment=comment,
    )


def comments_in(text: str) -> dict[str, str]:
    """Returns the comments in the function's tables, by the key or row that follows each one.

    tomllib reads only the data.
    """
    comments, pending, table, row = {}, [], None, 0
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            table = line.strip("[]").removeprefix("package.metadata.function").lstrip(".") if "metadata.function" in line else None
        elif table is not None and line.startswith("#"):
            pending.append(line.removeprefix("#").strip())
            continue
        elif table is not None and line.startswith("{"):
            comments[f"grants.{row}"] = "\n".join(pending)
            row += 1
        elif table is not None and (key := re.match(r"(\w+) =", line)):
            comments[f"{table}.{key[1]}" if table else key[1]] = "\n".join(pending)
        pending = []
    return {key: comment for key, comment in comments.items() if comment}


def require(condition: bool, message: str) -> None:
    if not condition:
        raise BadManifest(message)
