"""The deployed stack: its API, functions, table, queues and IAM decisions."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools/rehearsal"))
from processes import wait_until  # noqa: E402
from roles import Role  # noqa: E402

STATE = ROOT / ".rehearsal/state.json"
DECISIONS = ROOT / ".rehearsal/decisions.jsonl"


class Response:
    def __init__(self, status: int, body, headers):
        self.status, self.body, self.headers = status, body, headers


class Stack:
    def __init__(self):
        if not STATE.exists():
            sys.exit("error: nothing is deployed; run `make deploy-local AUTH=true`")
        self.state = json.loads(STATE.read_text())
        if not self.state["auth"]:
            sys.exit("error: the stack is deployed without AUTH=true, so IAM denies nothing")
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        session = boto3.Session("test", "test", region_name=self.state["region"])
        self.client = lambda service: session.client(service, endpoint_url=self.state["endpoint"])
        self.iam, self.functions, self.dynamodb = self.client("iam"), self.client("lambda"), self.client("dynamodb")
        resources = self.client("cloudformation").get_paginator("list_stack_resources")
        summaries = [summary for page in resources.paginate(StackName=self.state["stack"]) for summary in page["StackResourceSummaries"]]
        self.physical = {summary["LogicalResourceId"]: summary["PhysicalResourceId"] for summary in summaries}
        self.table = self.physical["Table"]

    def send(self, method: str, path: str, token=None, body=None, headers=None) -> Response:
        request = urllib.request.Request(self.state["api"] + path, method=method, headers=headers or {})
        if token:
            request.add_header("authorization", f"Bearer {token}")
        if body is not None:
            request.add_header("content-type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=40) as response:
                text = response.read()
                return Response(response.status, json.loads(text) if text[:1] in b"{[" and text else text, response.headers)
        except urllib.error.HTTPError as error:
            text = error.read()
            return Response(error.code, json.loads(text) if text[:1] == b"{" else text, error.headers)

    def invoke(self, logical: str, payload: dict) -> tuple[bool, dict]:
        """Returns whether the function succeeded, and its result."""
        response = self.functions.invoke(FunctionName=self.physical[logical], Payload=json.dumps(payload))
        return "FunctionError" not in response, json.loads(response["Payload"].read() or b"null")

    def catalog(self, method: str, path: str, body: dict) -> None:
        """Changes the mock catalogue (docs/LOCAL_STACK.md lists its controls)."""
        url = self.state["upstreams"] + path
        urllib.request.urlopen(urllib.request.Request(url, method=method, data=json.dumps(body).encode()), timeout=10).close()

    def functions_with_permissions(self) -> set[str]:
        roles = {logical: physical for logical, physical in self.physical.items() if logical.endswith("FunctionRole")}
        return {logical.removesuffix("Role") for logical, role in roles.items() if Role(self.iam, role).permissions()}

    def denials(self, offset: int) -> set[tuple[str, str]]:
        """Returns the role and action of each denied call, from this offset of the record on."""
        with DECISIONS.open() as decisions:
            decisions.seek(offset)
            calls = map(json.loads, decisions)
            return {(call["role"], call["action"]) for call in calls if not call["allowed"]}

    def items(self, pk: str) -> list[dict]:
        values = {":pk": {"S": pk}}
        return self.dynamodb.query(TableName=self.table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values)["Items"]

    def restart_functions(self) -> None:
        """Ends their processes.

        New ones hold no state of the previous round, such as a queue marked as unavailable.
        """
        emulator = self.state["processes"]["emulator"]["pid"]
        command = ["pgrep", "--parent", str(emulator), "--full", "/target/debug/"]
        listing = subprocess.run(command, capture_output=True, text=True, check=False)
        for pid in listing.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        assert wait_until(lambda: all(has_ended(pid) for pid in listing.stdout.split()), 10), "a function process does not exit"

    def delete_items(self, pk: str) -> None:
        for item in self.items(pk):
            self.dynamodb.delete_item(TableName=self.table, Key={"pk": item["pk"], "sk": item["sk"]})

    def purge(self, queue: str) -> None:
        """Empties the queue, so that its worker is idle when it is probed."""
        self.client("sqs").purge_queue(QueueUrl=self.physical[queue])

    def flush_redis(self) -> None:
        """Removes all sessions and pages from Redis, so that functions read the table."""
        with socket.create_connection(("127.0.0.1", self.state["ports"]["redis"]), timeout=5) as redis:
            redis.sendall(b"FLUSHDB\r\n")
            assert redis.recv(16).startswith(b"+OK")


def has_ended(pid: str) -> bool:
    """Returns whether the process and all its threads have exited.

    It may still be a zombie that the emulator has to reap.
    """
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state == "Z" and len(os.listdir(f"/proc/{pid}/task")) == 1
    except FileNotFoundError:
        return True
