"""Names of log streams in a group that many functions share: there they hold the function's name
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html), in ministack they do not.
"""

import threading

from ministack.services import cloudwatch_logs, lambda_svc


def install() -> None:
    emit, one_at_a_time = lambda_svc._emit_lambda_logs, threading.Lock()

    def emit_with_name(func, *rest, **named):
        config = func.get("config") or func
        group = (config.get("LoggingConfig") or {}).get("LogGroup")
        with one_at_a_time:
            before = set(streams(group))
            emit(func, *rest, **named)
            for name in set(streams(group)) - before:
                streams(group)[name.replace("[", f"{config['FunctionName']}[", 1)] = streams(group).pop(name)

    lambda_svc._emit_lambda_logs = emit_with_name


def streams(group: str) -> dict:
    return cloudwatch_logs._log_groups.get(group, {}).get("streams", {})
