"""The limits of AWS that grow with functions, and how much of each the stack uses."""

import dataclasses
import json
import re

from sam import of_type, operations_of

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
