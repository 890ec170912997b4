"""Routes of an HTTP API that its OpenAPI definition declares.

API Gateway creates a route and an integration for each operation of the API's `Body`
(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html), and one
integration for all operations that refer to the same one of its components
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-extensions-integrations.html).
ministack creates the API and ignores the body. It also accepts settings for routes that do not
exist, which API Gateway rejects.
"""

import json

from ministack.services import apigateway
from ministack.services.cloudformation import provisioners

INTEGRATION = "x-amazon-apigateway-integration"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"}


def install() -> None:
    apis = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = apis["create"], apis["update"]

    def create_with_routes(logical_id, props, stack_name):
        api_id, attributes = create(logical_id, props, stack_name)
        import_body(api_id, props.get("Body") or {})
        return api_id, attributes

    def update_with_routes(physical_id, old_props, new_props, *rest, **named):
        api_id, attributes = update(physical_id, old_props, new_props, *rest, **named)
        import_body(api_id, new_props.get("Body") or {})
        return api_id, attributes

    apis["create"], apis["update"] = create_with_routes, update_with_routes

    stages = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Stage"]
    create_stage, update_stage = stages["create"], stages["update"]

    def create_checked(logical_id, props, stack_name):
        check_route_settings(props)
        return create_stage(logical_id, props, stack_name)

    def update_checked(physical_id, old_props, new_props, *rest, **named):
        check_route_settings(new_props)
        return update_stage(physical_id, old_props, new_props, *rest, **named)

    stages["create"], stages["update"] = create_checked, update_checked


def import_body(api_id: str, body: dict) -> None:
    """Replaces all routes with those of the definition, like an import in the mode `overwrite`."""
    apigateway._routes[api_id] = {}
    apigateway._integrations[api_id] = {}
    integrations = body.get("components", {}).get("x-amazon-apigateway-integrations", {})
    created = {name: create_integration(api_id, integration) for name, integration in integrations.items()}
    for path, operations in body.get("paths", {}).items():
        for method, operation in operations.items():
            if method in METHODS:
                integration = operation[INTEGRATION]
                reference = integration.get("$ref")
                integration_id = created[reference.rsplit("/", 1)[1]] if reference else create_integration(api_id, integration)
                route = {"routeKey": route_key(method, path), "target": f"integrations/{integration_id}"}
                response_body(apigateway._create_route(api_id, route))


def create_integration(api_id: str, integration: dict) -> str:
    """Creates an integration and returns its id."""
    created = response_body(apigateway._create_integration(api_id, {
        "integrationType": integration["type"].upper(),
        "integrationUri": integration["uri"],
        "payloadFormatVersion": integration["payloadFormatVersion"],
    }))
    # ministack does not store it. invoke_permissions.py reads it.
    if "credentials" in integration:
        apigateway._integrations[api_id][created["integrationId"]]["credentialsArn"] = integration["credentials"]
    return created["integrationId"]


def check_route_settings(props: dict) -> None:
    """Raises `ValueError` for settings of a route that the API does not have."""
    existing = {route["routeKey"] for route in apigateway._routes.get(props["ApiId"], {}).values()}
    for key in props.get("RouteSettings", {}):
        if key not in existing:
            raise ValueError(f"Unable to find Route by key {key} within the provided RouteSettings")


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
