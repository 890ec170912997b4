"""The condition key `dynamodb:LeadingKeys`: the partition keys that a call names.

Every role of the template uses it to limit the items that its function can access
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html).
ministack does not set it, and a `ForAllValues` condition on an absent key is true, so no call would
be denied.

Each item of a transaction is authorised as its own operation
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html). AWS
does not document which keys apply: the item's own, or, as in a batch, those of all items with the
same operation. This module uses the latter, which is stricter, so roles that pass here are correct
in either case.
"""

import json

from ministack.core import iam_actions, iam_evaluator

KEY = "pk"
# The partition keys of the global secondary indexes.
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
        keys_by_action = {}
        for (action, _), key in zip(found, keys, strict=True):
            keys_by_action.setdefault(action, set()).add(key)
        return [(action, TableArn(arn, sorted(keys_by_action[action]))) for action, arn in found]

    def enforce_with_keys(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        if isinstance(resource_arn, TableArn):
            service_context = (service_context or {}) | {"dynamodb:LeadingKeys": resource_arn.keys}
        return enforce(access_key_id, iam_action, service, region, resource_arn, service_context)

    iam_actions.dynamodb_transaction_checks = checks_with_keys
    iam_evaluator.enforce = enforce_with_keys


class TableArn(str):
    """A table's ARN with the partition keys of the call."""

    def __new__(cls, arn: str, keys: list[str]):
        table_arn = super().__new__(cls, arn)
        table_arn.keys = keys
        return table_arn


def leading_keys(body: bytes) -> list[str]:
    """Returns the distinct partition keys of a call, sorted; none for a body that is not JSON."""
    try:
        call = json.loads(body or b"{}")
    except ValueError:
        return []
    found = set()
    if "KeyConditionExpression" in call:
        found.add(query_key(call))
    for item in items(call):
        found.add(item[KEY]["S"])
    return sorted(found)


def query_key(call: dict) -> str:
    """Returns the partition key of a query. Its condition has the form `pk = :pk AND ...`."""
    name = INDEX_KEYS.get(call.get("IndexName"), KEY)
    names = {value: placeholder for placeholder, value in call.get("ExpressionAttributeNames", {}).items()}
    for term in call["KeyConditionExpression"].split(" AND "):
        left, _, right = term.strip().partition("=")
        if left.strip() in (name, names.get(name)):
            return call["ExpressionAttributeValues"][right.strip()]["S"]
    raise ValueError(f"no partition key in {call['KeyConditionExpression']!r}")


def items(call: dict):
    """Yields every item or key in a call."""
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
