"""CodeDeploy, which moves an alias from one version of a function to the next while it watches alarms.

ministack has none, so what a stack declares of it is taken down and nothing more: an alias goes to its new version at once. How
long a canary takes and when it rolls back cannot be rehearsed here.
"""

from ministack.services.cloudformation import provisioners


def install() -> None:
    for kind in ("Application", "DeploymentGroup"):
        provisioners._RESOURCE_HANDLERS[f"AWS::CodeDeploy::{kind}"] = {
            "create": create,
            "update": lambda physical_id, *_, **__: (physical_id, {}),
            "delete": lambda *_: None,
        }


def create(logical_id, _props, stack_name):
    return f"{stack_name}-{logical_id}", {}
