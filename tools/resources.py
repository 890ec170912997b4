"""Checks the templates, after SAM has expanded them, against the limits of AWS.

Prints how much of each limit the stack uses, for template.yaml and for copies of it in memory with
more routes. Also checks aliases, invoke permissions and managed policies. `make lint-template` runs
this script.
"""

import copy
import dataclasses
import json
import logging
import os
import pathlib
import re
import sys
from collections import Counter

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The limits that grow with functions, as AWS documents them.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LIMITS = {
    "resources": 500,
    "dynamic references": 60,
    "bytes of the template": 1_048_576,
    "bytes of the expanded template": 1_048_576,
    "parameters": 200,
    "outputs": 200,
    "routes of the API": 300,
    "integrations of the API": 300,
    "bytes of variables of one function": 4096,
    "characters of inline policies of one role": 10_240,
    "characters of one managed policy": 6144,
    "managed policies of one role": 10,
}
# AWS does not document whether a repeated dynamic reference counts twice, so it does here. Each is
# a secret in the variables of one function.
MAX_DYNAMIC_REFERENCES = 20
# Copies of the template with this many more routes, and with as many functions as are planned, must
# be within the limits of AWS.
MORE_ROUTES = 20
PLANNED_FUNCTIONS = 82

NAME_PROPERTIES = {"AWS::Lambda::Function": "FunctionName", "AWS::IAM::Role": "RoleName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName"}

# Managed policies of AWS that SAM attaches on its own, and AWSCodeDeployRoleForLambdaLimited, which
# template.yaml attaches. AWSLambdaBasicExecutionRole allows writing logs to any group. The VPC and
# SQS policies allow more than the code needs; template.yaml denies the rest.
EXPECTED_MANAGED_POLICIES = {
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSCodeDeployRoleForLambdaLimited",
}

# The longest values that intrinsic functions may have when a policy or a variable is measured.
# CloudFormation cuts the names of functions and roles at 64 characters. The name of a stack with
# Cache=own has at most 36 (infra/README.md).
STACK_NAME, LONGEST_NAME = "s" * 36, "n" * 64
PSEUDO_PARAMETERS = {
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "ap-southeast-1",
    "AWS::AccountId": "123456789012",
    "AWS::StackName": STACK_NAME,
    "AWS::NoValue": "",
}
SERVICES = {"AWS::Lambda::Function": "lambda", "AWS::Lambda::Alias": "lambda", "AWS::SQS::Queue": "sqs",
            "AWS::DynamoDB::Table": "dynamodb", "AWS::IAM::Role": "iam"}
# Two public keys during a rotation, or a list of origins.
LONGEST_VALUE = "v" * 500
# A private key in base64, or peppers.
LONGEST_SECRET = "s" * 250


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


# Usage of the limits.


@dataclasses.dataclass(frozen=True)
class Usage:
    """The use of one limit."""

    name: str
    value: int
    # The resource that uses it, when it applies to each resource.
    resource: str = ""


def measure(template, expanded):
    """Returns the use of every limit in `LIMITS`."""
    resources = expanded["Resources"]
    text = json.dumps(expanded)
    values = Values(resources, expanded.get("Parameters", {}))
    functions, roles = of_type(resources, "AWS::Lambda::Function"), of_type(resources, "AWS::IAM::Role")
    policies = of_type(resources, "AWS::IAM::ManagedPolicy")
    body = resources["HttpApi"]["Properties"]["Body"]
    inline = {name: inline_policies(name, resources) for name in roles}
    return [
        Usage("resources", len(resources)),
        Usage("dynamic references", text.count("{{resolve:")),
        Usage("bytes of the template", len(json.dumps(template))),
        Usage("bytes of the expanded template", len(text)),
        Usage("parameters", len(expanded.get("Parameters", {}))),
        Usage("outputs", len(expanded.get("Outputs", {}))),
        Usage("routes of the API", len(list(operations_of(body)))),
        Usage("integrations of the API", len({json.dumps(integration) for _, integration in operations_of(body)})),
        largest("bytes of variables of one function", {name: values.variables(function) for name, function in functions.items()}),
        largest("characters of inline policies of one role", {name: sum(map(values.size, found)) for name, found in inline.items()}),
        largest("characters of one managed policy", {name: values.size(policy["Properties"]["PolicyDocument"]) for name, policy in policies.items()}),
        largest("managed policies of one role", {name: len(role["Properties"].get("ManagedPolicyArns", [])) for name, role in roles.items()}),
    ]


def largest(name, sizes):
    resource = max(sizes, key=sizes.get, default="")
    return Usage(name, sizes.get(resource, 0), resource)


def inline_policies(role, resources):
    """Returns the documents of the role's inline policies, which IAM measures together."""
    own = [policy["PolicyDocument"] for policy in resources[role]["Properties"].get("Policies", [])]
    added = [policy["Properties"]["PolicyDocument"] for policy in of_type(resources, "AWS::IAM::Policy").values()
             if {"Ref": role} in policy["Properties"].get("Roles", [])]
    return own + added


class Values:
    """Replaces intrinsic functions by the longest values that they may have."""

    def __init__(self, resources, parameters):
        self.resources, self.parameters = resources, parameters

    def size(self, document) -> int:
        """Returns the size of a policy. IAM does not count white space."""
        return len(re.sub(r"\s", "", json.dumps(self.resolve(document), separators=(",", ":"))))

    def variables(self, function) -> int:
        variables = function["Properties"].get("Environment", {}).get("Variables", {})
        return sum(len(name) + len(str(self.resolve(value))) for name, value in variables.items())

    def resolve(self, value):
        match value:
            case {"Ref": name}:
                return self.reference(name)
            case {"Fn::GetAtt": [name, *attribute]}:
                return self.attribute(name, ".".join(attribute))
            case {"Fn::GetAtt": path}:
                return self.attribute(*path.split(".", 1))
            case {"Fn::Sub": [text, names]}:
                return self.substitute(text, names)
            case {"Fn::Sub": text}:
                return self.substitute(text, {})
            case {"Fn::If": [_, *branches]}:
                return max((self.resolve(branch) for branch in branches), key=lambda branch: len(str(branch)))
            case dict():
                return {name: self.resolve(member) for name, member in value.items()}
            case list():
                return [self.resolve(member) for member in value]
            case str():
                return re.sub(r"{{resolve:[^}]*}}", LONGEST_SECRET, value)
            case _:
                return value

    def substitute(self, text, names):
        text = re.sub(r"{{resolve:.*?}}(?!})", LONGEST_SECRET, text)

        def replacement(found):
            name = found[1]
            if name in names:
                return str(self.resolve(names[name]))
            return self.attribute(*name.split(".", 1)) if "." in name else self.reference(name)

        return re.sub(r"\${([^!}]+)}", replacement, text)

    def reference(self, name):
        if name in PSEUDO_PARAMETERS:
            return PSEUDO_PARAMETERS[name]
        if name in self.parameters:
            default = str(self.parameters[name].get("Default", ""))
            allowed = map(str, self.parameters[name].get("AllowedValues", []))
            return max([default, *allowed] if allowed else [default, "p" * 100], key=len)
        kind = self.resources[name]["Type"]
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.ap-southeast-1.amazonaws.com/123456789012/{LONGEST_NAME}"
        return self.attribute(name, "Arn") if kind in ("AWS::Lambda::Alias", "AWS::IAM::ManagedPolicy") else LONGEST_NAME

    def attribute(self, name, attribute):
        kind = self.resources[name]["Type"]
        if attribute != "Arn":
            return LONGEST_VALUE if kind == "AWS::SSM::Parameter" else "a" * 100
        suffix = ":live" if kind == "AWS::Lambda::Alias" else ""
        return f"arn:aws-us-gov:{SERVICES.get(kind, 'service')}:ap-southeast-1:123456789012:function:{LONGEST_NAME}{suffix}"


def find_exceeded(usages, limits):
    for usage in usages:
        if usage.value > limits[usage.name]:
            of = f" ({usage.resource})" if usage.resource else ""
            yield f"{usage.value} {usage.name}{of}; the limit is {limits[usage.name]}"


# Copies with more routes.


def with_more_routes(template, expanded, count):
    """Returns a copy of the template with more routes, as if each had been added by hand.

    They copy the dearest function among the common ones.
    """
    template = copy.deepcopy(template)
    model = dearest_common_function(template, expanded)
    for number in range(1, count + 1):
        add_copy(template, model, f"Scaffold{number:02}Function")
    return template


def dearest_common_function(template, expanded):
    """Returns the largest function with a route whose variables at least two other functions share."""
    resources = expanded["Resources"]
    routed = [name for name in of_type(template["Resources"], "AWS::Serverless::Function") if aliases_of(name, resources)]
    variables = {name: tuple(sorted(variables_of(resources[name]))) for name in routed}
    shapes = Counter(variables.values())
    common = [name for name in routed if shapes[variables[name]] >= 3]
    # A dynamic reference is dearer than any text.
    size = {name: (json.dumps(resources[name]).count("{{resolve:"), len(json.dumps([resources[name], resources[f"{name}Role"]])))
            for name in common}
    return max(common, key=size.get)


def aliases_of(function, resources):
    return [alias for alias in of_type(resources, "AWS::Lambda::Alias").values() if alias["Properties"]["FunctionName"] == {"Ref": function}]


def variables_of(function):
    return function["Properties"].get("Environment", {}).get("Variables", {})


def add_copy(template, model, name):
    """Copies the function `model`, and everything in other resources that refers to it."""
    resources = template["Resources"]
    function = copy.deepcopy(resources[model])
    for number, event in enumerate(event for event in function["Properties"].get("Events", {}).values() if event["Type"] == "HttpApi"):
        event["Properties"]["Path"] = f"/v1/{name.lower()}/{number}/{{id}}"
    refers = re.compile(rf"\b{model}(?=Role\b|\b)")
    for resource in resources.values():
        if resource["Type"] != "AWS::Serverless::Function":
            copy_references(resource.get("Properties", {}), refers, name)
    resources[name] = function
    body = resources["HttpApi"]["Properties"].get("DefinitionBody")
    if body:
        add_route(body, refers, name)


def copy_references(value, refers, name):
    """Adds a copy to each list for an entry that refers to the function."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key != "DefinitionBody":
                copy_references(member, refers, name)
    elif isinstance(value, list):
        for member in list(value):
            text = json.dumps(member)
            if is_intrinsic(member) and refers.search(text):
                value.append(json.loads(refers.sub(name, text)))
            else:
                copy_references(member, refers, name)


def is_intrinsic(value):
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("Ref", "Fn::Sub", "Fn::GetAtt")


def add_route(body, refers, name):
    """Adds a route with an integration of its own to the API's definition."""
    integrations = body["components"]["x-amazon-apigateway-integrations"]
    found = next(integration for integration in integrations.values() if refers.search(json.dumps(integration)))
    integrations[name.lower()] = json.loads(refers.sub(name, json.dumps(found)))
    body["paths"][f"/v1/{name.lower()}/{{id}}"] = {
        "parameters": [{"name": "id", "in": "path", "required": True}],
        "get": {"x-amazon-apigateway-integration": {"$ref": f"#/components/x-amazon-apigateway-integrations/{name.lower()}"}, "responses": {}},
    }


# Assumptions about SAM's output.


def operations_of(body):
    """Yields the route and the integration of each operation in the API's definition."""
    integrations = body.get("components", {}).get("x-amazon-apigateway-integrations", {})
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                integration = operation["x-amazon-apigateway-integration"]
                reference = integration.get("$ref")
                yield f"{method} {path}", integrations[reference.rsplit("/", 1)[1]] if reference else integration


def find_faults(resources):
    """Yields a message for each assumption about SAM's output that does not hold."""
    aliases = of_type(resources, "AWS::Lambda::Alias")
    roles = of_type(resources, "AWS::IAM::Role")
    # API Gateway calls the alias, so the permission must be for the alias and not for the function.
    permissions = of_type(resources, "AWS::Lambda::Permission")
    for name, permission in permissions.items():
        if permission["Properties"]["FunctionName"].get("Ref") not in aliases:
            yield f"{name} does not allow invoking an alias"
    permitted = {permission["Properties"]["FunctionName"].get("Ref") for permission in permissions.values()}
    # Each integration must call an alias that API Gateway may invoke: with a role, or by the
    # function's own policy.
    called_with = {}
    for route, integration in operations_of(resources["HttpApi"]["Properties"]["Body"]):
        uri = str(integration["uri"])
        alias = next((alias for alias in aliases if "${" + alias + "}" in uri), None)
        credentials = integration.get("credentials", {}).get("Fn::GetAtt", [None])[0]
        if alias is None:
            yield f"{route} does not call an alias: {uri}"
        elif credentials:
            called_with.setdefault(credentials, set()).add(alias)
        elif alias not in permitted:
            yield f"{route} does not call an alias that API Gateway may invoke: {uri}"
    for name, called in called_with.items():
        if roles[name]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] != {"Service": "apigateway.amazonaws.com"}:
            yield f"API Gateway cannot assume {name}"
        allowed = invocable_aliases(roles[name], aliases)
        for alias in called ^ allowed:
            yield f"{name} {'does not allow a route to call' if alias in called else 'allows calling, without a route,'} {alias}"
    for name, role in roles.items():
        attached = re.findall(r"policy/(?:service-role/)?(\w+)", str(role["Properties"].get("ManagedPolicyArns", [])))
        for policy in set(attached) - EXPECTED_MANAGED_POLICIES:
            # Tracing is off by default.
            yield f"{name} has the managed policy {policy}"
    # CloudFormation generates these names, and cuts them at 64 characters.
    for name, resource in resources.items():
        if NAME_PROPERTIES.get(resource["Type"]) in resource.get("Properties", {}):
            yield f"{name} has a name of its own"


def invocable_aliases(role, aliases):
    """Returns the aliases that the role may invoke. Its policy lists `<function>:<alias>`."""
    by_function = {(alias["Properties"]["FunctionName"]["Ref"], alias["Properties"]["Name"]): name for name, alias in aliases.items()}
    statements = [statement for policy in role["Properties"]["Policies"] for statement in as_list(policy["PolicyDocument"]["Statement"])]
    resources = [str(resource) for statement in statements for resource in as_list(statement["Resource"])]
    listed = [re.search(r"\${(\w+)\.Arn}:(\w+)", resource) for resource in resources]
    return {by_function.get((found[1], found[2]), found[0]) for found in listed if found} | {name for name in aliases if f"{{'Ref': '{name}'}}" in resources}


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
