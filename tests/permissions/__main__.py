"""Verifies that each permission of every function's role, and of the API's role, is needed.

Revokes one permission of each role at a time and runs the functions' probes. Something must fail: a
response, a stored item, or a warning in the function's log. A permission whose revocation changes
nothing is unused and fails the run.

    python tests/permissions        against the stack of `make deploy-local AUTH=true`

The environment variable FUNCTION limits the run to one function.
"""

import os
import signal
import sys
import time
from dataclasses import dataclass

from logs import Logs
from probes import PROBES, run_probes
from roles import Permission, Role
from stack import DECISIONS, Stack
from world import World

# Permissions that are needed although no probe can exercise them, by function and action, with the
# reason.
NOT_OBSERVABLE = {
    ("CatalogWorkerFunction", "sqs:SendMessage"): "a message is split only after 45 s of work (tests/refresh/table_faults.rs)",
}

# Actions of services that the emulator lacks: here Redis is not ElastiCache.
NOT_EMULATED = {"elasticache:Connect"}


@dataclass(frozen=True)
class Round:
    """The results of one run of all probes."""

    # The outcome and the expected outcome of each probe that failed, by function.
    failed: dict
    # The functions that logged a warning or an error.
    warned: set[str]
    # The role and action of each call that IAM denied.
    denied: set[tuple[str, str]]


def main() -> None:
    # Turns SIGTERM into an exception, so that revoked permissions are restored.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    stack = Stack()
    roles = {name: Role(stack.iam, stack.physical[f"{name}Role"]) for name in PROBES}
    without_probe = {name for name in stack.functions_with_permissions() if name not in PROBES}
    assert os.environ.get("FUNCTION") or not without_probe, f"there is no functions/<name>/probe.py for {without_probe}"
    permissions = {name: [one for one in role.permissions() if one.action not in NOT_EMULATED] for name, role in roles.items()}
    logs = Logs(stack)
    started = time.monotonic()

    for number in range(2):
        baseline = run_round(stack, roles, logs, number, {})
        assert not baseline.failed and not baseline.warned, f"with all permissions: {baseline.failed}, warned: {baseline.warned}"

    unused, not_observable, count = [], [], 0
    for number in range(max(map(len, permissions.values()))):
        revoked = {name: of_role[number] for name, of_role in permissions.items() if number < len(of_role)}
        result = run_round(stack, roles, logs, number + 2, revoked)
        count += len(revoked)
        # A failure counts only if IAM denied this role this action: the probe may have failed
        # because of another function's role.
        needed = {
            name for name in revoked
            if name in result.failed.keys() | result.warned and (roles[name].name, revoked[name].action) in result.denied
        }
        for name in revoked.keys() - needed:
            permission = revoked[name]
            reason = NOT_OBSERVABLE.get((name, permission.action))
            (not_observable if reason else unused).append(f"{name}: {permission.action} ({reason or permission.scope})")
    # The role of the API comes last and alone: without it no route responds.
    api = Role(stack.iam, stack.physical["InvokeRole"])
    for number, permission in enumerate(api.permissions(), start=max(map(len, permissions.values())) + 2):
        result = run_round(stack, {"InvokeRole": api}, logs, number, {"InvokeRole": permission})
        count += 1
        if not result.failed or (api.name, permission.action) not in result.denied:
            unused.append(f"InvokeRole: {permission.action} ({permission.scope})")
    seconds = time.monotonic() - started
    confirmed = count - len(not_observable) - len(unused)
    print(f"{count} permissions of {len(roles) + 1} roles revoked one by one in {seconds:.0f} s: {confirmed} needed, "
          f"{len(not_observable)} not observable here, {len(unused)} unused")
    for line in not_observable + unused:
        print(f"  {line}")
    sys.exit(1 if unused else 0)


def run_round(stack: Stack, roles: dict[str, Role], logs: Logs, number: int, revoked: dict[str, Permission]) -> Round:
    """Creates test data, then runs all probes without these permissions, at most one per role."""
    world = World(stack, number)
    stack.flush_redis()
    stack.restart_functions()
    try:
        for name, permission in revoked.items():
            roles[name].revoke(permission, *prerequisites(roles[name], permission))
        since, offset = time.time(), DECISIONS.stat().st_size
        failed = run_probes(world)
        return Round(failed, logs.functions_with_warnings(since), stack.denials(offset))
    finally:
        for role in roles.values():
            role.restore()


def prerequisites(role: Role, permission: Permission) -> list[Permission]:
    """Returns the permissions to revoke as well, so that this one is used.

    A function writes to the outbox only when it cannot send to the audit queue.
    """
    if permission.action == "dynamodb:PutItem" and permission.scope == "OUTBOX#*":
        return [other for other in role.permissions() if other.action == "sqs:SendMessage" and "Audit" in other.scope]
    return []


if __name__ == "__main__":
    main()
