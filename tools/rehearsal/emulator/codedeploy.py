"""CodeDeploy resources, which ministack lacks.

They are accepted and do nothing: an alias moves to its new version at once. Canaries and their
rollback cannot be rehearsed.
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
