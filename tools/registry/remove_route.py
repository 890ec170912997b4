"""Removes a function with a route: its folder, its test and what was generated for it.

    make remove-route NAME=watchlist-stats

The folder and the test are moved to target/removed, so nothing is lost that git does not have.
"""

import pathlib
import subprocess
import sys
import time

import facts
import scaffold
from scaffold import ROOT

OPENAPI = "web/openapi.json"


def main(arguments: list[str]) -> int:
    name = next((argument.removeprefix("NAME=") for argument in arguments if argument.startswith("NAME=")), "")
    try:
        functions = facts.read(ROOT)
    except facts.BadManifest as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    function = next((function for function in functions if function.name == name and function.trigger == "route"), None)
    if not function:
        print(f"error: NAME={name} must be a function with a route, such as watchlist-get", file=sys.stderr)
        return 2
    bin = ROOT / "target/removed" / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"
    move(scaffold.folder(name), bin / name)
    tests = [module for module in scaffold.test_modules(name, function.routes[0].path) if is_test_of(module, function)]
    for module in tests:
        move(module.file, bin / module.file.name)
        module.remove_declaration()
        if not any(module.folder.iterdir()):
            module.folder.rmdir()
    for command in (
        [sys.executable, "tools/registry"],
        # Removes the package from Cargo.lock.
        ["cargo", "metadata", "--offline", "--format-version", "1"],
    ):
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    update_document()
    removed = [f"functions/{name}", *(str(module.file.relative_to(ROOT)) for module in tests)]
    print(f"moved {' and '.join(removed)} to {bin.relative_to(ROOT)}")
    return 0


def move(source: pathlib.Path, target: pathlib.Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)


def is_test_of(module: scaffold.TestModule, function: facts.Function) -> bool:
    """Returns whether the file contains the tests of this function's route alone."""
    headings = [f"//! `{route.method} {route.path}`" for route in function.routes]
    has_submodules = module.file.with_suffix("").exists()
    return module.file.exists() and not has_submodules and module.file.read_text().split("\n", 1)[0] in headings


def update_document() -> None:
    """Restores the committed document if no other file differs from its commit, otherwise builds it."""
    status = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    if all(line[3:] == OPENAPI for line in status.splitlines()):
        subprocess.run(["git", "checkout", "--quiet", "--", OPENAPI], cwd=ROOT, check=True)
    else:
        subprocess.run(["make", "--no-print-directory", "openapi"], cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
