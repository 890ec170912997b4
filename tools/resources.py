"""Counts what CloudFormation will make of the templates, after SAM has expanded the main one.

A stack takes 500 resources; we stop at 300, so that there is room to go on when it matters. A template takes 60 dynamic references
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html), and nobody says whether the same one
twice is one or two: two, here. `make lint-template` runs it.
"""

import copy
import logging
import os
import pathlib
import re
import sys
from collections import Counter

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

MOST = 300
MOST_REFERENCES = 60
ROOT = pathlib.Path(__file__).resolve().parent.parent


class NoManagedPolicies:
    """SAM asks for these by name only where a template uses policy names; ours does not."""

    def load(self):
        return {}


def expanded(template, **parameters):
    """The template as `sam deploy` sends it, code uploaded, with these parameters."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    wanted = {name for name, parameter in template["Parameters"].items() if "Default" not in parameter}
    return transform(template, dict.fromkeys(wanted, "given") | parameters, NoManagedPolicies())["Resources"]


def of_type(resources, kind):
    return {name: resource for name, resource in resources.items() if resource["Type"] == kind}


def faults(template):
    """What SAM makes of the template and we rely on."""
    resources = expanded(template)
    aliases = of_type(resources, "AWS::Lambda::Alias")
    # Who calls the alias needs leave to call the alias: the function's own is not enough.
    for name, permission in of_type(resources, "AWS::Lambda::Permission").items():
        if permission["Properties"]["FunctionName"].get("Ref") not in aliases:
            yield f"{name} does not allow the call of an alias"
    # As it is by default.
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for policy in role["Properties"].get("ManagedPolicyArns", []):
            if "XRay" in policy:
                yield f"{name} may write traces, though Tracing is off"
    # What the gateway calls is an alias, and one that it may call.
    callable_ones = {one["Properties"]["FunctionName"].get("Ref") for one in of_type(resources, "AWS::Lambda::Permission").values()}
    for path, operations in resources["HttpApi"]["Properties"]["Body"]["paths"].items():
        for operation in operations.values():
            uri = str(operation["x-amazon-apigateway-integration"]["uri"])
            if not any("${" + alias + "}" in uri for alias in aliases.keys() & callable_ones):
                yield f"{path} calls no alias that may be called: {uri}"
    # What SAM attaches by itself, whatever we say. The first lets the code write logs, to any group. The second and the third
    # reach further than our code; template.yaml takes from it what it does not need (CodeMakesNoNetwork, the denials of the
    # two workers). The last is ours.
    known = {
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaVPCAccessExecutionRole",
        "AWSLambdaSQSQueueExecutionRole",
        "AWSCodeDeployRoleForLambdaLimited",
    }
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        attached = re.findall(r"policy/(?:service-role/)?(\w+)", str(role["Properties"].get("ManagedPolicyArns", [])))
        for policy in set(attached) - known:
            yield f"{name} has the managed policy {policy}"


def main():
    logging.disable(logging.WARNING)
    template = yaml_parse((ROOT / "template.yaml").read_text())
    resources = expanded(template)
    counts = {"template.yaml": len(resources)}
    for path in sorted((ROOT / "infra").glob("*.yaml")):
        counts[path.name] = len(yaml_parse(path.read_text())["Resources"])
    for name, count in counts.items():
        print(f"{count:4} resources in {name}")
    references = str(resources).count("{{resolve:")
    print(f"{references:4} dynamic references in template.yaml")
    wrong = list(faults(template))
    if references > MOST_REFERENCES:
        wrong.append(f"template.yaml has {references} dynamic references, more than {MOST_REFERENCES}")
    wrong += [f"{name} has {count} resources, more than {MOST}" for name, count in counts.items() if count > MOST]
    if f" {len(resources)} resources" not in (ROOT / "infra/README.md").read_text().replace("\n", " "):
        wrong.append(f"infra/README.md does not say that the stack has {len(resources)} resources")
    if wrong:
        kinds = Counter(resource["Type"] for resource in resources.values())
        print("\n".join(f"{count:4} {kind}" for kind, count in kinds.most_common()), file=sys.stderr)
    for fault in wrong:
        print(f"error: {fault}", file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
