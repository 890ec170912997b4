"""The functions' roles, permission by permission.

A permission is one action of one `Allow` statement.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """One action of one statement of an inline policy."""

    policy: str
    statement: int
    action: str
    # The partition keys or resources of the statement, for the report.
    scope: str


class Role:
    """A function's role, with the template's policies except for revoked permissions."""

    def __init__(self, iam, name: str):
        self.iam, self.name = iam, name
        self.policies = {}
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            self.policies[policy] = json.loads(document) if isinstance(document, str) else document
        self.changed_policies = set()

    def permissions(self) -> list[Permission]:
        permissions = []
        for policy, document in self.policies.items():
            for number, statement in enumerate(as_list(document["Statement"])):
                if statement["Effect"] == "Allow":
                    for action in as_list(statement["Action"]):
                        permissions.append(Permission(policy, number, action, scope_of(statement)))
        return permissions

    def revoke(self, *permissions: Permission) -> None:
        for policy in {permission.policy for permission in permissions}:
            document = json.loads(json.dumps(self.policies[policy]))
            statements = as_list(document["Statement"])
            for permission in permissions:
                if permission.policy == policy:
                    statement = statements[permission.statement]
                    statement["Action"] = [action for action in as_list(statement["Action"]) if action != permission.action]
            # IAM rejects a statement without actions.
            document["Statement"] = [statement for statement in statements if statement.get("Action") or "NotAction" in statement]
            if document["Statement"]:
                self.iam.put_role_policy(RoleName=self.name, PolicyName=policy, PolicyDocument=json.dumps(document))
            else:
                self.iam.delete_role_policy(RoleName=self.name, PolicyName=policy)
            self.changed_policies.add(policy)

    def restore(self) -> None:
        for policy in self.changed_policies:
            self.iam.put_role_policy(RoleName=self.name, PolicyName=policy, PolicyDocument=json.dumps(self.policies[policy]))
        self.changed_policies.clear()


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def scope_of(statement: dict) -> str:
    conditions = statement.get("Condition", {}).values()
    keys = [key for condition in conditions for key in as_list(condition.get("dynamodb:LeadingKeys", []))]
    return ", ".join(keys) or ", ".join(resource.rsplit(":", 1)[-1] for resource in as_list(statement["Resource"]))
