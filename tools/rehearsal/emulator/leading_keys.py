"""The condition key `dynamodb:LeadingKeys`: the partition keys that a call names.

Every role of the template says with it which items its function may touch
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html). ministack does not set it, and a
condition `ForAllValues` over a key that is not there is true, so nothing would be refused.

Each item of a transaction is authorised as the operation that it is
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html). AWS does not say whether with its own
key alone or, as in a batch, with those of all items of the same operation. Here it is the latter, so that the roles are right in
either case.
"""

import json

from ministack.core import iam_actions, iam_evaluator

KEY = "pk"
# The indexes have partition keys of their own.
INDEX_KEYS = {"directory": "directory", "audit": "audit_shard"}


def install() -> None:
    context = iam_actions.dynamodb_service_context

    def with_leading_keys(body: bytes) -> dict:
        keys = leading_keys(body)
        return context(body) | ({"dynamodb:LeadingKeys": keys} if keys else {})

    iam_actions.dynamodb_service_context = with_leading_keys

    checks, enforce = iam_actions.dynamodb_transaction_checks, iam_evaluator.enforce

    def checks_with_keys(iam_action, body, region, account_id):
        found = checks(iam_action, body, region, account_id)
        keys = [item[KEY]["S"] for item in items(json.loads(body))] if found else []
        of_action = {action: sorted({key for (same, _), key in zip(found, keys, strict=True) if same == action}) for action, _ in found}
        return [(action, TableArn(arn, of_action[action])) for action, arn in found]

    def enforce_with_keys(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        if isinstance(resource_arn, TableArn):
            service_context = (service_context or {}) | {"dynamodb:LeadingKeys": resource_arn.keys}
        return enforce(access_key_id, iam_action, service, region, resource_arn, service_context)

    iam_actions.dynamodb_transaction_checks = checks_with_keys
    iam_evaluator.enforce = enforce_with_keys


class TableArn(str):
    """The address of a table, with the partition keys that are meant."""

    def __new__(cls, arn: str, keys: list[str]):
        made = super().__new__(cls, arn)
        made.keys = keys
        return made


def leading_keys(body: bytes) -> list[str]:
    try:
        call = json.loads(body or b"{}")
    except ValueError:
        return []
    found = set()
    if "KeyConditionExpression" in call:
        found.add(queried_key(call))
    for item in items(call):
        found.add(item[KEY]["S"])
    return sorted(found)


def queried_key(call: dict) -> str:
    """A query's key is compared with a placeholder: `pk = :pk AND ...`."""
    name = INDEX_KEYS.get(call.get("IndexName"), KEY)
    names = {value: placeholder for placeholder, value in call.get("ExpressionAttributeNames", {}).items()}
    for term in call["KeyConditionExpression"].split(" AND "):
        left, _, right = term.strip().partition("=")
        if left.strip() in (name, names.get(name)):
            return call["ExpressionAttributeValues"][right.strip()]["S"]
    raise ValueError(f"no partition key in {call['KeyConditionExpression']!r}")


def items(call: dict):
    """Everything in a call that names an item by its key, or is one."""
    for name in ("Key", "Item"):
        if name in call:
            yield call[name]
    for requests in call.get("RequestItems", {}).values():
        if isinstance(requests, dict):
            yield from requests["Keys"]
            continue
        for request in requests:
            yield request["PutRequest"]["Item"] if "PutRequest" in request else request["DeleteRequest"]["Key"]
    for action in call.get("TransactItems", []):
        for operation in action.values():
            yield operation["Item"] if "Item" in operation else operation["Key"]
