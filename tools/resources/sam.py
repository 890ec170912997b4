"""The expansion of the template by SAM, and what is read from it."""

import copy
import os

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402, F401


class NoManagedPolicies:
    """A policy loader without policies.

    SAM needs them only for templates that refer to policies by name.
    """

    def load(self):
        return {}


def expand(template):
    """Returns the template as `sam deploy` sends it.

    Code and required parameters are placeholders.
    """
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://aws-sam-cli-managed-default-samclisourcebucket-abcdefghijkl/stack/0123456789abcdef0123456789abcdef"
    required = {name for name, parameter in template["Parameters"].items() if "Default" not in parameter}
    return transform(template, dict.fromkeys(required, "given"), NoManagedPolicies())


def of_type(resources, kind):
    return {name: resource for name, resource in resources.items() if resource["Type"] == kind}


def as_list(value):
    return value if isinstance(value, list) else [value]


def operations_of(body):
    """Yields the route and the integration of each operation in the API's definition."""
    integrations = body.get("components", {}).get("x-amazon-apigateway-integrations", {})
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                integration = operation["x-amazon-apigateway-integration"]
                reference = integration.get("$ref")
                yield f"{method} {path}", integrations[reference.rsplit("/", 1)[1]] if reference else integration
