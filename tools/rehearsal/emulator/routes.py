"""Routes of an HTTP API that its OpenAPI definition declares.

SAM writes the routes of `HttpApi` events to the API's `Body`, and API Gateway creates a route and
an integration for each operation
(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html). ministack
creates the API and ignores the body.
"""

import json

from ministack.services import apigateway
from ministack.services.cloudformation import provisioners

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"}


def install() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = handlers["create"], handlers["update"]

    def create_with_routes(logical_id, props, stack_name):
        api_id, attributes = create(logical_id, props, stack_name)
        import_body(api_id, props.get("Body") or {})
        return api_id, attributes

    def update_with_routes(physical_id, old_props, new_props, *rest, **named):
        api_id, attributes = update(physical_id, old_props, new_props, *rest, **named)
        import_body(api_id, new_props.get("Body") or {})
        return api_id, attributes

    handlers["create"], handlers["update"] = create_with_routes, update_with_routes


def import_body(api_id: str, body: dict) -> None:
    """Replaces all routes with those of the definition, like an import in the mode `overwrite`."""
    apigateway._routes[api_id] = {}
    apigateway._integrations[api_id] = {}
    for path, operations in body.get("paths", {}).items():
        for method, operation in operations.items():
            if method in METHODS:
                integration = operation["x-amazon-apigateway-integration"]
                created = response_body(apigateway._create_integration(api_id, {
                    "integrationType": integration["type"].upper(),
                    "integrationUri": integration["uri"],
                    "payloadFormatVersion": integration["payloadFormatVersion"],
                }))
                target = f"integrations/{created['integrationId']}"
                response_body(apigateway._create_route(api_id, {"routeKey": route_key(method, path), "target": target}))


def route_key(method: str, path: str) -> str:
    if path.strip("/") == "$default":
        return "$default"
    return f"{'ANY' if method.startswith('x-') else method.upper()} {path}"


def response_body(response: tuple) -> dict:
    """Returns the body of ministack's response. Raises `ValueError` when it is an error."""
    status, _, body = response
    if status >= 300:
        raise ValueError(f"cannot create a route of the API definition: {body!r}")
    return json.loads(body)
