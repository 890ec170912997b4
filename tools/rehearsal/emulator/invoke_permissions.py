"""The permission of an HTTP API to invoke a function, with AUTH=true.

API Gateway assumes the role in the integration's `credentials`, which must allow the call
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html).
Without `credentials`, the function's own policy must allow it, such as an `AWS::Lambda::Permission`
(https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html). Otherwise clients receive a
500. ministack invokes every function.
"""

import hashlib
import json
import logging

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, iam, lambda_svc, sts

ACTION = "lambda:InvokeFunction"
SERVICE = "apigateway.amazonaws.com"
SERVER_ERROR = 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'

logger = logging.getLogger("ministack")


def install() -> None:
    invoke = apigateway._invoke_lambda_proxy

    async def invoke_if_allowed(integration, api_id, stage, path, method, headers, body, query_params, route_key="$default", *rest, **named):
        function = apigateway._extract_lambda_ref_from_integration_uri(integration["integrationUri"])
        role = integration.get("credentialsArn")
        if app.AUTH:
            allowed = role_allows(role, function) if role else policy_allows(function, source_arn(api_id, stage, route_key))
            if not allowed:
                logger.warning("API Gateway may not invoke %s for %s, with the role %s", function, route_key, role)
                return SERVER_ERROR
        return await invoke(integration, api_id, stage, path, method, headers, body, query_params, route_key, *rest, **named)

    apigateway._invoke_lambda_proxy = invoke_if_allowed


def role_allows(role_arn: str, function_arn: str) -> bool:
    """Returns whether API Gateway can assume the role and invoke the function with it."""
    role = iam._roles.get(role_arn.rsplit("/", 1)[-1])
    return role is not None and trusts_api_gateway(role) and enforce(session_of(role), function_arn) is None


def trusts_api_gateway(role: dict) -> bool:
    context = evaluation_context("sts:AssumeRole", role["Arn"])
    # A trust policy names no resource.
    trust = json.loads(role["AssumeRolePolicyDocument"])
    return iam_evaluator.evaluate_resource_policy(trust, context, service=SERVICE).decision == "Allow"


def session_of(role: dict) -> str:
    """Registers a session of the role and returns its access key, the same for every request."""
    access_key = f"ASIA{hashlib.sha256(role['Arn'].encode()).hexdigest()[:16].upper()}"
    sts.register_session(access_key, {
        "Arn": f"arn:aws:sts::{get_account_id()}:assumed-role/{role['RoleName']}/BackplaneAssumeRoleSession",
        "UserId": f"{role['RoleId']}:BackplaneAssumeRoleSession",
        "SecretAccessKey": access_key,
        "SessionToken": access_key,
    })
    return access_key


def enforce(access_key: str, function_arn: str):
    """Returns the denial of the call, or `None` when it is allowed.

    The client's request has its own signature or none. This call is made by API Gateway, so neither
    is evaluated.
    """
    unsigned, anonymous = iam_evaluator._signed_request.set(None), iam_evaluator._anonymous.set(False)
    try:
        return iam_evaluator.enforce(access_key, ACTION, "lambda", get_region(), function_arn)
    finally:
        iam_evaluator._signed_request.reset(unsigned)
        iam_evaluator._anonymous.reset(anonymous)


def policy_allows(function_arn: str, source: str) -> bool:
    """Returns whether the function's own policy allows API Gateway to invoke it for this route."""
    found = lambda_svc.function_policy_for_arn(function_arn)
    context = evaluation_context(ACTION, function_arn)
    context.service_context = {"AWS:SourceArn".lower(): source}
    return found is not None and iam_evaluator.evaluate_resource_policy(found[0], context, service=SERVICE).decision == "Allow"


def evaluation_context(action: str, resource: str):
    return iam_evaluator.EvalContext(
        principal_arn=SERVICE, principal_type="Service", principal_account=get_account_id(),
        action=action, resource_arn=resource, region=get_region(),
    )


def source_arn(api_id: str, stage: str, route_key: str) -> str:
    """Returns the ARN of the route: `arn:aws:execute-api:<region>:<account>:<api>/<stage>/GET/path`."""
    method, _, path = route_key.partition(" ")
    return f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{api_id}/{stage}/{method}{path}"
