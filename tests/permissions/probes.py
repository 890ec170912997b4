"""The probes of all functions. `functions/<name>/probe.py` makes its function use all permissions.

`probe` returns its outcome: statuses, and the state of the table where no response shows it. The
outcome is `EXPECTED` each time as long as no permission is missing.
"""

import os
import runpy

from stack import ROOT
from world import World


def load() -> dict:
    """Returns the probe and the expected outcome of each function, by its logical id.

    With the environment variable FUNCTION, only of that function.
    """
    files = sorted(ROOT.glob(f"functions/{os.environ.get('FUNCTION') or '*'}/probe.py"))
    modules = {logical_id(file.parent.name): runpy.run_path(str(file)) for file in files}
    return {function: (module["probe"], module["EXPECTED"]) for function, module in modules.items()}


def logical_id(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-")) + "Function"


PROBES = load()


def run_probes(world: World) -> dict:
    """Runs all probes.

    Returns the outcome and the expected outcome of each one that failed, by function.
    """
    failed = {}
    for function, (probe, expected) in PROBES.items():
        # Otherwise a function could find in Redis what another one has read with its own permission.
        world.stack.flush_redis()
        if (outcome := probe(world)) != expected:
            failed[function] = outcome, expected
    return failed
