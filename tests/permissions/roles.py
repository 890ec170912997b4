"""The functions' roles, permission by permission.

A permission is one action of one `Allow` statement.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """One action of one statement of a policy."""

    # The name of an inline policy, or the ARN of a shared one.
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
            self.policies[policy] = as_document(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
        for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            # Not the policies of AWS, which Lambda uses and not the code.
            if ":iam::aws:" not in arn:
                version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
                document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
                self.policies[arn] = as_document(document)
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
        """Revokes the permissions from this role alone.

        A shared policy is detached, and an inline policy takes the place of its other permissions.
        """
        for policy in {permission.policy for permission in permissions}:
            document = json.loads(json.dumps(self.policies[policy]))
            document["Statement"] = statements = as_list(document["Statement"])
            for permission in permissions:
                if permission.policy == policy:
                    statement = statements[permission.statement]
                    statement["Action"] = [action for action in as_list(statement["Action"]) if action != permission.action]
            # IAM rejects a statement without actions.
            document["Statement"] = [statement for statement in statements if statement.get("Action") or "NotAction" in statement]
            self.changed_policies.add(policy)
            if is_shared(policy):
                self.iam.detach_role_policy(RoleName=self.name, PolicyArn=policy)
            if document["Statement"]:
                self.iam.put_role_policy(RoleName=self.name, PolicyName=inline_name(policy), PolicyDocument=json.dumps(document))
            elif not is_shared(policy):
                self.iam.delete_role_policy(RoleName=self.name, PolicyName=policy)

    def restore(self) -> None:
        inline = self.iam.list_role_policies(RoleName=self.name)["PolicyNames"] if self.changed_policies else []
        for policy in self.changed_policies:
            if is_shared(policy):
                self.iam.attach_role_policy(RoleName=self.name, PolicyArn=policy)
                if inline_name(policy) in inline:
                    self.iam.delete_role_policy(RoleName=self.name, PolicyName=inline_name(policy))
            else:
                self.iam.put_role_policy(RoleName=self.name, PolicyName=policy, PolicyDocument=json.dumps(self.policies[policy]))
        self.changed_policies.clear()


def is_shared(policy: str) -> bool:
    return policy.startswith("arn:")


def inline_name(policy: str) -> str:
    """Returns the name of the inline policy with the permissions that are not revoked."""
    return policy.rsplit("/", 1)[-1]


def as_document(document) -> dict:
    return json.loads(document) if isinstance(document, str) else document


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def scope_of(statement: dict) -> str:
    conditions = statement.get("Condition", {}).values()
    keys = [key for condition in conditions for key in as_list(condition.get("dynamodb:LeadingKeys", []))]
    return ", ".join(keys) or ", ".join(resource.rsplit(":", 1)[-1] for resource in as_list(statement["Resource"]))
