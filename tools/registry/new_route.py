"""Adds a route: a function that responds with the status `ok`, its test and its probe.

    make new-route NAME=watchlist-stats ROUTE="GET /v1/watchlists/stats" AUTH=user LIMIT=account

docs/ADDING_A_ROUTE.md describes all settings. The files in new_route/ are the templates.
"""

import re
import string
import subprocess
import sys
from dataclasses import dataclass

import facts
import scaffold
from scaffold import ROOT

CALLERS = {"user": "user", "admin": "admin", "none": "anyone"}
TEMPLATES = ROOT / "tools/registry/new_route"
# The tags of web/openapi.json, by area; TAGS in tools/openapi/src/info.rs describes them.
TAGS = {"Accounts": "Account", "Audit trail": "Administration", "Operations": "Health"}
# Names that the generated code uses for something else, and keywords of Rust that verbs may be.
RESERVED = {
    "app", "async", "await", "box", "break", "call", "const", "continue", "crate", "document", "dyn", "else", "enum", "extern",
    "final", "fn", "for", "if", "impl", "in", "let", "loop", "main", "match", "mod", "move", "mut", "override", "pub", "ref",
    "response", "return", "route", "router", "self", "shared", "stack", "static", "struct", "super", "test", "tests", "trait", "try",
    "type", "unsafe", "use", "where", "while", "yield",
}  # fmt: skip


class BadInput(Exception):
    """A setting of the command is missing or invalid."""


@dataclass(frozen=True)
class Dependency:
    """A dependency of the handler, which shared/src/boot/dependencies.rs builds."""

    type: str
    # The row of `uses` that it needs.
    uses: str | None = None
    # The grant that reading with it needs.
    action: str | None = None
    key: str | None = None


DEPENDENCIES = {
    "watchlist": Dependency("store::Watchlist", action="Query", key="USER#*#WATCHLIST"),
    "users": Dependency("store::Users", uses="sessions"),
    "sessions": Dependency("store::Sessions", uses="sessions"),
    "customers": Dependency("store::Customers", action="GetItem", key="CUSTOMER#*"),
    "favorites": Dependency("store::Favorites", action="Query", key="CUSTOMER#*#FAVORITES"),
    "products": Dependency("store::Products", action="GetItem", key="PRODUCT#*"),
    "cache": Dependency("cache::Cache", uses="redis"),
    "audit": Dependency("audit::Audit", uses="audit-trail"),
    "clock": Dependency("clock::Clock"),
    "random": Dependency("random::Random"),
}


@dataclass(frozen=True)
class NewRoute:
    """A valid request for a new route."""

    name: str
    method: str
    path: str
    caller: str
    quota: str | None
    area: str
    holds: tuple[str, ...]

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"


def main(arguments: list[str]) -> int:
    settings = {key: value for key, _, value in (argument.partition("=") for argument in arguments) if value}
    try:
        new = parse(settings, facts.read(ROOT))
        module = test_module(new)
    except (BadInput, facts.BadManifest) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    write(new, module)
    for command in (
        [sys.executable, "tools/registry"],
        # After the registry, which generates the module `route` of lib.rs.
        ["rustfmt", "--edition", "2024", scaffold.folder(new.name) / "src/lib.rs", module.file],
        ["make", "--no-print-directory", "openapi"],
    ):
        if subprocess.run(command, cwd=ROOT).returncode:
            print(f"error: {' '.join(map(str, command))} failed; make remove-route NAME={new.name} removes the route", file=sys.stderr)
            return 1
    print(next_steps(new, module))
    return 0


def require(condition: object, message: str) -> None:
    if not condition:
        raise BadInput(message)


def parse(settings: dict[str, str], functions: list[facts.Function]) -> NewRoute:
    """Returns the request that the settings describe.

    Raises BadInput with the reason if they are incomplete or contradict an existing function.
    """
    name, route = settings.get("NAME", ""), settings.get("ROUTE", "")
    require(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z][a-z0-9]*)+", name), f"NAME={name} must be like watchlist-stats: a resource and a verb or noun")
    require(name.rpartition("-")[2] not in RESERVED, f"NAME={name} must not end in a word that the generated code uses otherwise")
    require(not scaffold.folder(name).exists(), f"functions/{name} exists")
    method, _, path = route.partition(" ")
    check_path(method, path, functions)
    require(settings.get("AUTH") in CALLERS, f"AUTH must be one of {', '.join(CALLERS)}")
    caller, quota = CALLERS[settings["AUTH"]], settings.get("LIMIT")
    require(quota or caller == "anyone", "LIMIT is missing; a route with a caller counts its requests")
    known = re.findall(r'=> \("([a-z:]+)", \d+\)', (ROOT / "shared/src/rate_limit/group.rs").read_text())
    require(quota in [None, *known], f"LIMIT={quota} must be one of {', '.join(known)}; shared/src/rate_limit/group.rs lists them")
    holds = tuple(settings.get("HOLDS", "").replace(",", " ").split())
    require(set(holds) <= DEPENDENCIES.keys(), f"HOLDS={','.join(holds)} may name {', '.join(DEPENDENCIES)}")
    require(len(set(holds)) == len(holds), "HOLDS names a dependency twice")
    return NewRoute(name, method, path, caller, quota, area_of(name, settings.get("AREA"), functions), holds)


def check_path(method: str, path: str, functions: list[facts.Function]) -> None:
    require(
        method in facts.METHODS and re.fullmatch(r"(/([a-z0-9._-]+|\{\w+\}))+", path),
        f'ROUTE="{method} {path}" must be a method ({", ".join(facts.METHODS)}) and a path such as /v1/watchlists/items/{{item_id}}',
    )
    for parameter in scaffold.parameters(path):
        known = ", ".join(scaffold.PARAMETERS)
        require(parameter in scaffold.PARAMETERS, f"{{{parameter}}} must be one of {known}; PARAMETERS in tools/registry/scaffold.py lists them")
    parts = path.split("/")
    for function in functions:
        for other in function.routes:
            require((other.method, other.path) != (method, path), f"{method} {path} is the route of {function.name}")
            for part, theirs in zip(parts, other.path.split("/")):
                is_parameter = part.startswith("{") and theirs.startswith("{")
                require(not is_parameter or part == theirs, f"{part} has another name, {theirs}, in the path {other.path} of {function.name}")
                if part != theirs:
                    break


def area_of(name: str, area: str | None, functions: list[facts.Function]) -> str:
    """Returns the area of the functions whose names begin with the same word."""
    prefix = name.partition("-")[0]
    areas = {function.area for function in functions if function.name.partition("-")[0] == prefix}
    require(area or len(areas) == 1, f"AREA is missing: no other function, or functions of several areas, begin with {prefix}-; "
            f"it is one of {', '.join(facts.AREAS)}")  # fmt: skip
    require(area in [None, *facts.AREAS], f"AREA={area} must be one of {', '.join(facts.AREAS)}")
    return area or areas.pop()


def test_module(new: NewRoute) -> scaffold.TestModule:
    modules = scaffold.test_modules(new.name, new.path)
    free = [module for module in modules if not module.file.exists()]
    require(free, f"{modules[0].file.relative_to(ROOT)} exists; the test of the route would be there")
    return free[0]


def write(new: NewRoute, module: scaffold.TestModule) -> None:
    folder, path = scaffold.folder(new.name), scaffold.example(new.path)
    values = {
        "name": new.name,
        "crate": new.name.replace("-", "_"),
        "area": new.area,
        "route": new.route,
        "caller": new.caller,
    }
    files = {
        folder / "Cargo.toml": ("manifest.toml", values | {"facts": manifest_facts(new)}),
        folder / "src/main.rs": ("main.rs", values),
        folder / "src/lib.rs": ("lib.rs", values | handler(new)),
        folder / "event.json": ("event.json", values | event(new, path)),
        folder / "probe.py": ("probe.py", probe(new, path)),
        module.file: ("test.rs", values | test(new, path)),
    }
    for file, (template, substitutions) in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(string.Template((TEMPLATES / template).read_text()).substitute(substitutions))
    module.declare()


def manifest_facts(new: NewRoute) -> str:
    used = {dependency.uses for dependency in (DEPENDENCIES[name] for name in new.holds)}
    used |= {"redis"} if new.quota else set()
    used |= {"user": {"sessions"}, "admin": {"sessions", "audit-trail"}, "anyone": set()}[new.caller]
    uses = [f'"{name}"' for name in ("redis", "sessions", "audit-trail") if name in used]
    granted = [dependency for dependency in (DEPENDENCIES[name] for name in new.holds) if dependency.action]
    lines = [f'quota = "{new.quota}"'] if new.quota else []
    lines += [f"uses = [{', '.join(uses)}]"] if uses else []
    if granted:
        rows = [f'  {{ allow = ["dynamodb:{dependency.action}"], keys = ["{dependency.key}"] }},' for dependency in granted]
        lines += ["grants = [", *rows, "]"]
    return "".join(f"{line}\n" for line in lines)


def handler(new: NewRoute) -> dict[str, str]:
    """Returns the substitutions of lib.rs."""
    last = new.name.rpartition("-")[2]
    types = {"http": "http::HttpSettings"}
    types |= {"user": {"authenticator": "http::Authenticator"}, "admin": {"audit": "audit::Audit", "authenticator": "http::Authenticator"},
              "anyone": {"limiter": "services::admission::Limiter"} if new.quota else {}}[new.caller]  # fmt: skip
    types |= {name: DEPENDENCIES[name].type for name in new.holds}
    extractors = {"user": ["CurrentUser"], "admin": ["Admin"], "anyone": ["RateLimitedByIp"] if new.quota else []}[new.caller]
    arguments = [f"_{'counted' if new.caller == 'anyone' else new.caller}: {extractor}" for extractor in extractors]
    ids = [scaffold.PARAMETERS[parameter][0] for parameter in scaffold.parameters(new.path)]
    if ids:
        extractor = "PathId" if len(ids) == 1 else "PathIds"
        arguments.append(f"_id: {extractor}<{', '.join(ids)}>")
        extractors.append(extractor)
    state = last.capitalize()
    imported = [*types.values(), *(f"domain::{name}" for name in ids), "http::stack", "http::views::StatusOk"]
    names = {path.rpartition("::")[2] for path in imported} | {*extractors, "Document", "Json", "Response", "Router", "Serialize"}
    if extractors:
        imported.append(f"http::extract::{extractors[0] if len(extractors) == 1 else '{' + ', '.join(extractors) + '}'}")
    return {
        "caller": {"user": "a signed-in user", "admin": "an administrator", "anyone": "anyone"}[new.caller],
        "limit": f"`{new.quota}`, by {'source address' if new.caller == 'anyone' else 'user'}" if new.quota else "none",
        "statuses": "; ".join(statuses(new)),
        "imports": imports(imported),
        "state": state if state not in names else scaffold.pascal(new.name),
        "dependencies": ", ".join(f"{name}: {path.rpartition('::')[2]}" for name, path in types.items()),
        "handler": last,
        "schema": scaffold.pascal(new.name),
        "method": new.method.lower(),
        "path": new.path,
        "tag": TAGS.get(new.area, new.area),
        "security": {"user": ' security(("bearer" = [])),', "admin": ' security(("bearer" = ["admin"])),', "anyone": ""}[new.caller],
        "parameters": ", ".join(arguments),
    }


def imports(paths: list[str]) -> str:
    """Returns the content of `use shared::{...};`, one group for each module."""
    groups: dict[str, list[str]] = {}
    for path in sorted(set(paths)):
        module, _, name = path.partition("::")
        groups.setdefault(module, []).append(name)
    return ", ".join(f"{module}::{{{', '.join(names)}}}" for module, names in groups.items())


def statuses(new: NewRoute) -> list[str]:
    of_caller = {"user": ["401"], "admin": ["401", "403"], "anyone": []}[new.caller]
    return ["200", *of_caller, *(["404"] if "{" in new.path else []), *(["429"] if new.quota else [])]


def event(new: NewRoute, path: str) -> dict[str, str]:
    parameters = [f'\n    "{name}": "{scaffold.PARAMETERS[name][1]}"' for name in scaffold.parameters(new.path)]
    return {
        "method": new.method,
        "path": path,
        "authorization": "" if new.caller == "anyone" else '\n    "authorization": "Bearer REPLACE_WITH_ACCESS_TOKEN",',
        "parameters": f'\n  "pathParameters": {{{",".join(parameters)}\n  }},' if parameters else "",
    }


def test(new: NewRoute, path: str) -> dict[str, str]:
    name, app, bearer = {
        "user": ("a_user_is_accepted", "let (app, user) = TestApp::with_user().await;", ".bearer(&user.token)"),
        "admin": ("an_administrator_is_accepted", "let app = TestApp::new().await;\n    let admin = app.admin().await;", ".bearer(&admin.token)"),
        "anyone": ("a_caller_without_a_token_is_accepted", "let app = TestApp::new().await;", ""),
    }[new.caller]
    return {"test": name, "app": app, "method": new.method.lower(), "path": path, "bearer": bearer}


def probe(new: NewRoute, path: str) -> dict[str, str]:
    call = f'w.stack.send("{new.method}", "{path}"%s).status'
    if new.caller == "admin":
        # A rejection is audited, so that the probe uses the permission to record events.
        return {"expected": "[200, 403]", "calls": f"return [{call % ', account.token'} for account in (w.admin, w.user)]"}
    return {"expected": "200", "calls": f"return {call % (', w.user.token' if new.caller == 'user' else '')}"}


def next_steps(new: NewRoute, module: scaffold.TestModule) -> str:
    test = module.file.relative_to(ROOT)
    path = "::".join(test.relative_to("tests").with_suffix("").parts)
    return f"""
{new.route} responds with {{"status":"ok"}}. `make run` serves it. Edit by hand:

  functions/{new.name}/src/lib.rs   the handler and its document
  functions/{new.name}/Cargo.toml   what it uses and may do; run `make registry` afterwards
  functions/{new.name}/event.json   an example request
  functions/{new.name}/probe.py     calls that use every permission
  {test}   the tests

Then run `make openapi`, `cargo test --workspace --test api -- {path}::` and `make check`.
docs/ADDING_A_ROUTE.md describes each step; `make remove-route NAME={new.name}` removes the route."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
