"""A Lambda runtime for a Python handler, for `make bench PEER=<folder>`.

Needs only the standard library. The first argument names the handler as `module.function`, as
`Handler` does in a template.
"""

import http.client
import importlib
import json
import os
import sys
import traceback


class Context:
    """The context that Lambda passes to a handler."""

    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]

    def get_remaining_time_in_millis(self):
        return 30_000


def main():
    module, _, function = sys.argv[1].rpartition(".")
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    handler = getattr(importlib.import_module(module), function)
    runtime = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        runtime.request("GET", "/2018-06-01/runtime/invocation/next")
        response = runtime.getresponse()
        event = json.loads(response.read())
        context = Context(response.headers)
        path = f"/2018-06-01/runtime/invocation/{context.aws_request_id}"
        try:
            runtime.request("POST", f"{path}/response", json.dumps(handler(event, context)))
        except Exception as error:
            traceback.print_exc()
            failure = {"errorType": type(error).__name__, "errorMessage": str(error)}
            runtime.request("POST", f"{path}/error", json.dumps(failure))
        runtime.getresponse().read()


main()
