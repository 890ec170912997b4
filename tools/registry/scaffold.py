"""The parts of a new route that follow from its name and its path."""

import pathlib
import re
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Path parameters, with the type of PathId and the value in examples. A new parameter also needs a
# row in tools/openapi/src/parameters.rs.
PARAMETERS = {
    "customer_id": ("CustomerId", "0190a0a0-0000-7000-8000-000000000000"),
    "item_id": ("ItemId", "0190a0a0-0000-7000-8000-000000000000"),
    "product_id": ("ProductId", "1"),
    "session_id": ("SessionId", "0190a0a0-0000-7000-8000-000000000000"),
    "user_id": ("UserId", "0190a0a0-0000-7000-8000-000000000000"),
}


def folder(name: str) -> pathlib.Path:
    return ROOT / "functions" / name


def parameters(path: str) -> list[str]:
    """Returns the names of the path's parameters, in their order."""
    return re.findall(r"\{(\w+)\}", path)


def example(path: str) -> str:
    """Returns the path with example values for its parameters."""
    return re.sub(r"\{(\w+)\}", lambda parameter: PARAMETERS[parameter[1]][1], path)


def pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


@dataclass(frozen=True)
class TestModule:
    """A test's file, in the tree that mirrors the paths of the API, and the file that declares it."""

    parent: pathlib.Path
    name: str

    @property
    def file(self) -> pathlib.Path:
        return self.folder / f"{self.name}.rs"

    @property
    def folder(self) -> pathlib.Path:
        return self.parent.parent if self.parent.name == "api.rs" else self.parent.with_suffix("")

    def declare(self) -> None:
        """Adds the module to those of the parent, in their alphabetical order."""
        lines, own = self.parent.read_text().splitlines(True), f"mod {self.name};\n"
        modules = [number for number, line in enumerate(lines) if re.match(r"mod \w+;", line)]
        after = [number for number in modules if lines[number] < own]
        if modules:
            lines.insert(after[-1] + 1 if after else modules[0], own)
        else:
            # Below the documentation of the module, as the first declaration.
            start = next(number for number, line in enumerate(lines) if not line.startswith("//!")) + 1
            lines[start:start] = [own, "\n"]
        self.parent.write_text("".join(lines))

    def remove_declaration(self) -> None:
        text, own = self.parent.read_text(), f"mod {self.name};\n"
        is_only = len(re.findall(r"^mod \w+;", text, re.MULTILINE)) == 1
        self.parent.write_text(text.replace(f"\n{own}\n" if is_only else own, "\n" if is_only else "", 1))


def test_modules(name: str, path: str) -> list[TestModule]:
    """Returns the possible modules of the route's test, the best one first.

    The tests of `GET /v1/watchlists/stats` are in tests/watchlists/stats.rs if the function is
    `watchlist-stats`, and in tests/watchlists/watchlist_stats.rs if that file exists. Those of the
    first route below `/v1/reports` are in tests/reports.rs.
    """
    segment = re.sub(r"\W", "_", next(part for part in path.split("/") if part not in ("", "v1")).lstrip("."))
    parent, full = ROOT / "tests" / f"{segment}.rs", name.replace("-", "_")
    new_segment = TestModule(ROOT / "tests/api.rs", segment)
    if not parent.exists():
        return [new_segment]
    prefix, _, rest = full.partition("_")
    is_of_segment = segment.removesuffix("s") == prefix.removesuffix("s")
    names = ([rest] if is_of_segment and rest else []) + [full]
    return [*(TestModule(parent, name) for name in names), new_segment]
