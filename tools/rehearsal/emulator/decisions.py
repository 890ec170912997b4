"""What the roles were allowed and refused, for whoever asks whether a permission is needed.

Each line of the file that DECISIONS_FILE names is a JSON object: the role, the action, the resource, the partition keys, and
whether it was allowed. What is allowed stands there once, what is refused each time.
"""

import json
import os

from ministack.core import iam_evaluator


def install() -> None:
    path = os.environ.get("DECISIONS_FILE")
    if not path:
        return
    # Line by line, so that a reader sees whole lines.
    file = open(path, "a", buffering=1)  # noqa: SIM115, it is open as long as the emulator runs
    enforce, allowed = iam_evaluator.enforce, set()

    def enforce_and_note(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        keys = getattr(resource_arn, "keys", (service_context or {}).get("dynamodb:LeadingKeys", []))
        call = json.dumps({
            "role": role(access_key_id),
            "action": iam_action,
            "resource": resource_arn,
            "keys": [without_ids(key) for key in keys],
            "allowed": denied is None,
        })
        if denied is not None or call not in allowed:
            allowed.add(call)
            file.write(call + "\n")
        return denied

    iam_evaluator.enforce = enforce_and_note


def role(access_key_id: str) -> str:
    """The name of the role whose session this is; the caller's own name where it is none."""
    from ministack.core.responses import get_account_id

    principal = iam_evaluator.resolve_principal(access_key_id or "", get_account_id())
    # arn:aws:sts::<account>:assumed-role/<role>/<session>
    return getattr(principal, "arn", "nobody").split("/")[1 if "assumed-role" in getattr(principal, "arn", "") else -1]


def without_ids(key: str) -> str:
    """`USER#018f...#WATCHLIST` as `USER#*#WATCHLIST`."""
    parts = key.split("#")
    return "#".join(part if part.isupper() and not any(c.isdigit() for c in part) else "*" for part in parts)
