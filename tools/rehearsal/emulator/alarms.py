"""Alarms over an expression of several metrics, which ministack refuses.

They are kept with the first of those metrics. Nothing here makes an alarm ring.
"""

from ministack.services.cloudformation import provisioners


def install() -> None:
    put = provisioners._cw_metric_alarm_record

    def record(name, props):
        metrics = props.get("Metrics")
        if not metrics:
            return put(name, props)
        stat = next(metric["MetricStat"] for metric in metrics if "MetricStat" in metric)
        simple = {key: value for key, value in props.items() if key != "Metrics"}
        return put(name, simple | {
            "Namespace": stat["Metric"]["Namespace"],
            "MetricName": stat["Metric"]["MetricName"],
            "Dimensions": stat["Metric"].get("Dimensions", []),
            "Statistic": stat["Stat"],
            "Period": stat["Period"],
        })

    provisioners._cw_metric_alarm_record = record
