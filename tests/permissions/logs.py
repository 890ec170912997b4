"""The functions' log, by function."""

import json


class Logs:
    def __init__(self, stack):
        self.logs, self.group = stack.client("logs"), stack.physical["FunctionLogs"]
        self.names = {physical: logical for logical, physical in stack.physical.items() if logical.endswith("Function")}

    def functions_with_warnings(self, since: float) -> set[str]:
        """Returns the functions that have logged a warning or an error since then.

        A log stream is named `<date>/<function>[<version>]<id>`.
        """
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=self.group, startTime=int(since * 1000))
        events = [event for page in pages for event in page["events"] if level(event["message"]) in ("WARN", "ERROR")]
        return {self.names[event["logStreamName"].rsplit("/", 1)[1].split("[")[0]] for event in events}


def level(message: str) -> str | None:
    try:
        return json.loads(message).get("level")
    except ValueError:
        return None
