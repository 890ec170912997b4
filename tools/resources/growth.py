"""Copies of the template with more routes."""

import copy
import json
import re
from collections import Counter

from sam import of_type


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
