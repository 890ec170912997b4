import json
import uuid

from stack import wait_until
from world import World

EXPECTED = (True, True, 1)


def probe(w: World):
    message = w.audit_message()
    event = message["event"]["id"]
    shard = f"OUTBOX#{uuid.UUID(event).int % 4}"
    entry = {"pk": {"S": shard}, "sk": {"S": f"EVENT#{event}"}, "body": {"S": json.dumps(message)}}
    w.stack.dynamodb.put_item(TableName=w.stack.table, Item=entry)
    succeeded, _ = w.stack.invoke("AuditRelayFunction", {})
    # A scheduled run may have moved the entry and not deleted it yet.
    is_gone = wait_until(lambda: all(item["sk"]["S"] != f"EVENT#{event}" for item in w.stack.items(shard)), 3)
    stored = [item for item in w.stack.items(f"AUDIT#{w.user.id}") if item["sk"]["S"] == f"EVENT#{event}"]
    return succeeded, is_gone, len(stored)
