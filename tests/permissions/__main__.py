"""Takes away from every function's role one permission after the other and looks whether something turns red: an answer, a fact of
the table, or a warning in the function's log. Where nothing does, nobody needs the permission, and this fails.

    python tests/permissions        against the stack of `make deploy-local AUTH=true`
"""

import signal
import sys
import time

from logs import Logs
from probes import PROBES, probe_all
from roles import Permission, Role
from stack import DECISIONS, Stack
from world import World

# What is needed and cannot be seen here, by function and action, and why.
UNSEEN = {
    ("CatalogWorkerFunction", "sqs:SendMessage"): "a message is split after 45 s of work only (tests/refresh/interrupted.rs)",
}


def main() -> None:
    # So that what was taken away is given back when somebody ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    stack = Stack()
    roles = {name: Role(stack.iam, stack.physical[f"{name}Role"]) for name in PROBES}
    without_probe = {name for name in stack.functions_with_permissions() if name not in PROBES}
    assert not without_probe, f"probes.py has no probe of {without_probe}"
    permissions = {name: role.permissions() for name, role in roles.items()}
    logs = Logs(stack)
    started = time.monotonic()

    for number in range(2):
        wrong, warned, _ = round_without(stack, roles, logs, number, {})
        assert not wrong and not warned, f"with all permissions: {wrong}, warned: {warned}"

    silent, unseen, count = [], [], 0
    for number in range(max(map(len, permissions.values()))):
        taken = {name: of_role[number] for name, of_role in permissions.items() if number < len(of_role)}
        wrong, warned, refused = round_without(stack, roles, logs, number + 2, taken)
        count += len(taken)
        # Red because of what was taken from this very function, and not from another one that it met.
        red = {name for name in taken if name in wrong.keys() | warned and (roles[name].name, taken[name].action) in refused}
        green = taken.keys() - red
        for name in green:
            known = UNSEEN.get((name, taken[name].action))
            (unseen if known else silent).append(f"{name}: {taken[name].action} ({known or taken[name].about})")
    seconds = time.monotonic() - started
    missed = count - len(unseen) - len(silent)
    print(f"{count} permissions of {len(roles)} roles taken away one by one in {seconds:.0f} s: {missed} missed, "
          f"{len(unseen)} not to be seen here, {len(silent)} not missed")
    for line in unseen + silent:
        print(f"  {line}")
    sys.exit(1 if silent else 0)


def round_without(stack: Stack, roles: dict[str, Role], logs: Logs, number: int, taken: dict[str, Permission]):
    """A new world, then the probes without these permissions: which did not give what they should, which functions warned, and
    what IAM refused to which role."""
    world = World(stack, number)
    stack.forget_in_redis()
    stack.restart_functions()
    try:
        for name, permission in taken.items():
            roles[name].take(permission, *without(roles[name], permission))
        since, place = time.time(), DECISIONS.stat().st_size
        wrong = probe_all(world)
        return wrong, logs.warned(since), stack.refusals(place)
    finally:
        for role in roles.values():
            role.give_back()


def without(role: Role, permission: Permission) -> list[Permission]:
    """The outbox is for what the queue does not take, so it is missed only while the queue takes nothing."""
    if permission.action == "dynamodb:PutItem" and permission.about == "OUTBOX#*":
        return [other for other in role.permissions() if other.action == "sqs:SendMessage" and "Audit" in other.about]
    return []


if __name__ == "__main__":
    main()
