"""Checks limits, aliases and managed policies in the templates after SAM has expanded them.

A stack may have 500 resources; this check allows 300, which leaves room to react. A template may
have 60 dynamic references
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html). AWS
does not document whether a repeated reference counts twice, so it does here. `make lint-template`
runs this script.
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

MAX_RESOURCES = 300
MAX_DYNAMIC_REFERENCES = 60
ROOT = pathlib.Path(__file__).resolve().parent.parent

# Managed policies that SAM attaches on its own, and AWSCodeDeployRoleForLambdaLimited, which
# template.yaml attaches. AWSLambdaBasicExecutionRole allows writing logs to any group. The VPC and
# SQS policies allow more than the code needs; template.yaml denies the rest (CodeMakesNoNetwork and
# the Deny statements of the two workers).
EXPECTED_MANAGED_POLICIES = {
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSCodeDeployRoleForLambdaLimited",
}


class NoManagedPolicies:
    """A policy loader without policies.

    SAM needs them only for templates that refer to policies by name.
    """

    def load(self):
        return {}


def expand(template):
    """Returns the template's resources as `sam deploy` sends them.

    Code and required parameters are placeholders.
    """
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    required = {name for name, parameter in template["Parameters"].items() if "Default" not in parameter}
    return transform(template, dict.fromkeys(required, "given"), NoManagedPolicies())["Resources"]


def of_type(resources, kind):
    return {name: resource for name, resource in resources.items() if resource["Type"] == kind}


def find_faults(resources):
    """Yields a message for each assumption about SAM's output that does not hold."""
    aliases = of_type(resources, "AWS::Lambda::Alias")
    # API Gateway calls the alias, so the permission must be for the alias and not for the function.
    permissions = of_type(resources, "AWS::Lambda::Permission")
    for name, permission in permissions.items():
        if permission["Properties"]["FunctionName"].get("Ref") not in aliases:
            yield f"{name} does not allow invoking an alias"
    # Tracing is off by default.
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for policy in role["Properties"].get("ManagedPolicyArns", []):
            if "XRay" in policy:
                yield f"{name} can write traces although Tracing is off"
    # Each integration must call an alias that API Gateway may invoke.
    permitted = {permission["Properties"]["FunctionName"].get("Ref") for permission in permissions.values()}
    for path, operations in resources["HttpApi"]["Properties"]["Body"]["paths"].items():
        for operation in operations.values():
            uri = str(operation["x-amazon-apigateway-integration"]["uri"])
            if not any("${" + alias + "}" in uri for alias in aliases.keys() & permitted):
                yield f"{path} does not call an alias that API Gateway may invoke: {uri}"
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        attached = re.findall(r"policy/(?:service-role/)?(\w+)", str(role["Properties"].get("ManagedPolicyArns", [])))
        for policy in set(attached) - EXPECTED_MANAGED_POLICIES:
            yield f"{name} has the managed policy {policy}"


def main():
    logging.disable(logging.WARNING)
    resources = expand(yaml_parse((ROOT / "template.yaml").read_text()))
    counts = {"template.yaml": len(resources)}
    for path in sorted((ROOT / "infra").glob("*.yaml")):
        counts[path.name] = len(yaml_parse(path.read_text())["Resources"])
    for name, count in counts.items():
        print(f"{count:4} resources in {name}")
    references = str(resources).count("{{resolve:")
    print(f"{references:4} dynamic references in template.yaml")
    faults = list(find_faults(resources))
    if references > MAX_DYNAMIC_REFERENCES:
        faults.append(f"template.yaml has {references} dynamic references; the limit is {MAX_DYNAMIC_REFERENCES}")
    faults += [f"{name} has {count} resources; the limit is {MAX_RESOURCES}" for name, count in counts.items() if count > MAX_RESOURCES]
    if f" {len(resources)} resources" not in (ROOT / "infra/README.md").read_text().replace("\n", " "):
        faults.append(f"infra/README.md does not mention that the stack has {len(resources)} resources")
    if faults:
        kinds = Counter(resource["Type"] for resource in resources.values())
        print("\n".join(f"{count:4} {kind}" for kind, count in kinds.most_common()), file=sys.stderr)
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
