"""Alarms on a metric expression, which ministack rejects.

Such an alarm is stored with the first metric of its expression. The emulator never evaluates
alarms.
"""

from ministack.services.cloudformation import provisioners


def install() -> None:
    create_record = provisioners._cw_metric_alarm_record

    def create_record_of_expression(name, props):
        metrics = props.get("Metrics")
        if not metrics:
            return create_record(name, props)
        stat = next(metric["MetricStat"] for metric in metrics if "MetricStat" in metric)
        simple = {key: value for key, value in props.items() if key != "Metrics"}
        return create_record(name, simple | {
            "Namespace": stat["Metric"]["Namespace"],
            "MetricName": stat["Metric"]["MetricName"],
            "Dimensions": stat["Metric"].get("Dimensions", []),
            "Statistic": stat["Stat"],
            "Period": stat["Period"],
        })

    provisioners._cw_metric_alarm_record = create_record_of_expression
