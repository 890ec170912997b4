"""Names of log streams in a log group that functions share.

On AWS they contain the function's name
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html), in
ministack they do not.
"""

import threading

from ministack.services import cloudwatch_logs, lambda_svc


def install() -> None:
    emit, lock = lambda_svc._emit_lambda_logs, threading.Lock()

    def emit_with_name(func, *rest, **named):
        config = func.get("config") or func
        group = (config.get("LoggingConfig") or {}).get("LogGroup")
        with lock:
            before = set(streams(group))
            emit(func, *rest, **named)
            for name in set(streams(group)) - before:
                streams(group)[name.replace("[", f"{config['FunctionName']}[", 1)] = streams(group).pop(name)

    lambda_svc._emit_lambda_logs = emit_with_name


def streams(group: str) -> dict:
    return cloudwatch_logs._log_groups.get(group, {}).get("streams", {})
