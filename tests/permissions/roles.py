"""The functions' roles, permission by permission. A permission is one action of one statement that allows."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """One action of one statement of one policy."""

    policy: str
    statement: int
    action: str
    # The partition keys and resources that the statement is for, for whoever reads.
    about: str


class Role:
    """A function's role. Its policies are those of the template, until something is taken away."""

    def __init__(self, iam, name: str):
        self.iam, self.name = iam, name
        self.policies = {}
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            self.policies[policy] = json.loads(document) if isinstance(document, str) else document
        self.reduced = set()

    def permissions(self) -> list[Permission]:
        found = []
        for policy, document in self.policies.items():
            for number, statement in enumerate(listed(document["Statement"])):
                if statement["Effect"] == "Allow":
                    for action in listed(statement["Action"]):
                        found.append(Permission(policy, number, action, about(statement)))
        return found

    def take(self, *permissions: Permission) -> None:
        for policy in {permission.policy for permission in permissions}:
            document = json.loads(json.dumps(self.policies[policy]))
            statements = listed(document["Statement"])
            for permission in permissions:
                if permission.policy == policy:
                    statement = statements[permission.statement]
                    statement["Action"] = [action for action in listed(statement["Action"]) if action != permission.action]
            # A statement without an action is none.
            document["Statement"] = [statement for statement in statements if statement.get("Action") or "NotAction" in statement]
            if document["Statement"]:
                self.iam.put_role_policy(RoleName=self.name, PolicyName=policy, PolicyDocument=json.dumps(document))
            else:
                self.iam.delete_role_policy(RoleName=self.name, PolicyName=policy)
            self.reduced.add(policy)

    def give_back(self) -> None:
        for policy in self.reduced:
            self.iam.put_role_policy(RoleName=self.name, PolicyName=policy, PolicyDocument=json.dumps(self.policies[policy]))
        self.reduced.clear()


def listed(value) -> list:
    return value if isinstance(value, list) else [value]


def about(statement: dict) -> str:
    keys = [key for condition in statement.get("Condition", {}).values() for key in listed(condition.get("dynamodb:LeadingKeys", []))]
    return ", ".join(keys) or ", ".join(resource.rsplit(":", 1)[-1] for resource in listed(statement["Resource"]))
