"""A record of IAM decisions, which tests/permissions reads to see that a permission is used.

Each line of the file that DECISIONS_FILE names is a JSON object: the role, the action, the
resource, the partition keys, and the decision. A call that is allowed is recorded once, a call that
is denied each time.
"""

import json
import os

from ministack.core import iam_evaluator


def install() -> None:
    path = os.environ.get("DECISIONS_FILE")
    if not path:
        return
    # Line-buffered, so that a reader sees whole lines.
    file = open(path, "a", buffering=1)  # noqa: SIM115, it stays open as long as the emulator runs
    enforce, recorded = iam_evaluator.enforce, set()

    def enforce_and_record(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denial = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        keys = getattr(resource_arn, "keys", (service_context or {}).get("dynamodb:LeadingKeys", []))
        decision = json.dumps({
            "role": role_name(access_key_id),
            "action": iam_action,
            "resource": resource_arn,
            "keys": [mask_ids(key) for key in keys],
            "allowed": denial is None,
        })
        if denial is not None or decision not in recorded:
            recorded.add(decision)
            file.write(decision + "\n")
        return denial

    iam_evaluator.enforce = enforce_and_record


def role_name(access_key_id: str) -> str:
    """Returns the name of the session's role, or the caller's own name without an assumed role."""
    from ministack.core.responses import get_account_id

    principal = iam_evaluator.resolve_principal(access_key_id or "", get_account_id())
    # arn:aws:sts::<account>:assumed-role/<role>/<session>
    arn = getattr(principal, "arn", "unknown")
    return arn.split("/")[1 if "assumed-role" in arn else -1]


def mask_ids(key: str) -> str:
    """Returns the key without its ids: `USER#018f...#WATCHLIST` becomes `USER#*#WATCHLIST`."""
    parts = key.split("#")
    return "#".join(part if part.isupper() and not any(c.isdigit() for c in part) else "*" for part in parts)
