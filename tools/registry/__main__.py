"""Writes what follows from the manifests of the functions (facts.py) into the files that repeat it.

`python3 tools/registry` writes the files, `python3 tools/registry --check` compares them.
"""

import pathlib
import sys

import crate
import documents
import facts
import router
import routes
import sections
import template
import without_route

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Each has a function `outputs(root, functions)`, which returns the texts of files by their paths.
MODULES = [routes, without_route, router, crate, template, documents]


def main(arguments: list[str]) -> int:
    try:
        functions = facts.read(ROOT)
        outputs = {path: text for module in MODULES for path, text in module.outputs(ROOT, functions).items()}
    except (facts.BadManifest, sections.MissingSection) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    outdated = {path: text for path, text in outputs.items() if not is_current(ROOT / path, text)}
    if arguments == ["--check"]:
        for path in outdated:
            print(f"error: {path} is out of date: run make registry", file=sys.stderr)
        return bool(outdated)
    for path, text in outdated.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text)
        print(f"wrote {path}")
    return 0


def is_current(path: pathlib.Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
