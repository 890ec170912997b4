"""Assumptions about SAM's output: aliases, invoke permissions, managed policies and names."""

import re

from sam import as_list, of_type, operations_of

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
