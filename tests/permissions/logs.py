"""The functions' log, by function."""

import json


class Logs:
    def __init__(self, stack):
        self.logs = stack.client("logs")
        self.group = stack.physical["FunctionLogs"]
        self.function_of = routes(stack)
        # Which function an instance's stream is of: that of the route of its requests.
        self.streams = {}

    def warned(self, since: float) -> set[str]:
        """Which functions have warned or failed since then, of those that answer requests."""
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=self.group, startTime=int(since * 1000))
        lines = [(event["logStreamName"], parsed(event["message"])) for page in pages for event in page["events"]]
        for stream, line in lines:
            if line.get("message") == "request":
                self.streams[stream] = self.function_of.get(f"{line['method']} {line['route']}")
        return {self.streams.get(stream) for stream, line in lines if line.get("level") in ("WARN", "ERROR")} - {None}


def parsed(message: str) -> dict:
    try:
        return json.loads(message)
    except ValueError:
        return {}


def routes(stack) -> dict[str, str]:
    """The functions by their routes."""
    api, client = stack.physical["HttpApi"], stack.client("apigatewayv2")
    uris = {one["IntegrationId"]: one["IntegrationUri"] for one in client.get_integrations(ApiId=api)["Items"]}
    names = {physical: logical for logical, physical in stack.physical.items() if logical.endswith("Function")}
    found = {}
    for route in client.get_routes(ApiId=api)["Items"]:
        uri = uris[route["Target"].removeprefix("integrations/")]
        physical = uri.split(":function:")[1].split("/")[0].split(":")[0]
        found[route["RouteKey"]] = names[physical]
    return found
