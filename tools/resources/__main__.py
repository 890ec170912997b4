"""Checks the templates, after SAM has expanded them, against the limits of AWS.

Prints how much of each limit the stack uses, for template.yaml and for copies of it in memory with
more routes. Also checks aliases, invoke permissions and managed policies. `make lint-template` runs
this script.
"""

import logging
import pathlib
import sys
from collections import Counter

from faults import find_faults
from growth import with_more_routes
from limits import LIMITS, MAX_DYNAMIC_REFERENCES, find_exceeded, measure
from sam import expand, of_type, yaml_parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Copies of the template with this many more routes, and with as many functions as are planned, must
# be within the limits of AWS.
MORE_ROUTES = 20
PLANNED_FUNCTIONS = 82


def main():
    logging.disable(logging.WARNING)
    template = yaml_parse((ROOT / "template.yaml").read_text())
    expanded = expand(template)
    resources = expanded["Resources"]
    functions = len(of_type(resources, "AWS::Lambda::Function"))
    usages = {"today": measure(template, expanded)}
    faults = list(find_faults(resources)) + list(find_exceeded(usages["today"], LIMITS | {"dynamic references": MAX_DYNAMIC_REFERENCES}))
    for more in sorted({MORE_ROUTES, max(MORE_ROUTES, PLANNED_FUNCTIONS - functions)}):
        grown = with_more_routes(template, expanded, more)
        expanded_grown = expand(grown)
        usage = usages[f"+{more} routes"] = measure(grown, expanded_grown)
        found = [*find_faults(expanded_grown["Resources"]), *find_exceeded(usage, LIMITS)]
        faults += [f"with {more} more routes: {fault}" for fault in found]
    print_usages(usages)
    counts = {path.name: len(yaml_parse(path.read_text())["Resources"]) for path in sorted((ROOT / "infra").glob("*.yaml"))}
    print("Resources of the other templates: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    faults += [f"{name} has {count} resources" for name, count in counts.items() if count > LIMITS["resources"]]
    if f" {len(resources)} resources" not in (ROOT / "infra/README.md").read_text().replace("\n", " "):
        faults.append(f"infra/README.md does not mention that the stack has {len(resources)} resources")
    if faults:
        kinds = Counter(resource["Type"] for resource in resources.values())
        print("\n".join(f"{count:4} {kind}" for kind, count in kinds.most_common()), file=sys.stderr)
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    sys.exit(bool(faults))


def print_usages(usages):
    columns = list(usages)
    print(f"{'template.yaml':44}{'limit':>9}" + "".join(f"{column:>12}" for column in columns))
    for number, usage in enumerate(usages[columns[0]]):
        print(f"{usage.name:44}{LIMITS[usage.name]:>9}" + "".join(f"{usages[column][number].value:>12}" for column in columns))


if __name__ == "__main__":
    main()
