"""The deployed stack: its API, its table, its queues, and its roles, whose permissions can be taken away and given back."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools/rehearsal"))
from processes import until  # noqa: E402

STATE = ROOT / ".rehearsal/state.json"
DECISIONS = ROOT / ".rehearsal/decisions.jsonl"


class Answer:
    def __init__(self, status: int, body, headers):
        self.status, self.body, self.headers = status, body, headers


class Stack:
    def __init__(self):
        if not STATE.exists():
            sys.exit("error: nothing is deployed; `make deploy-local AUTH=true` does that")
        self.state = json.loads(STATE.read_text())
        if not self.state["auth"]:
            sys.exit("error: the stack is deployed without AUTH=true, so nothing is refused there")
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        session = boto3.Session("test", "test", region_name=self.state["region"])
        self.client = lambda service: session.client(service, endpoint_url=self.state["endpoint"])
        self.iam, self.functions, self.dynamodb = self.client("iam"), self.client("lambda"), self.client("dynamodb")
        resources = self.client("cloudformation").get_paginator("list_stack_resources")
        found = [one for page in resources.paginate(StackName=self.state["stack"]) for one in page["StackResourceSummaries"]]
        self.physical = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}
        self.table = self.physical["Table"]

    def send(self, method: str, path: str, token=None, body=None, headers=None) -> Answer:
        request = urllib.request.Request(self.state["api"] + path, method=method, headers=headers or {})
        if token:
            request.add_header("authorization", f"Bearer {token}")
        if body is not None:
            request.add_header("content-type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                text = answer.read()
                return Answer(answer.status, json.loads(text) if text[:1] in b"{[" and text else text, answer.headers)
        except urllib.error.HTTPError as error:
            text = error.read()
            return Answer(error.code, json.loads(text) if text[:1] == b"{" else text, error.headers)

    def invoke(self, logical: str, payload: dict) -> tuple[bool, dict]:
        """Whether the function did not fail, and what it said."""
        answer = self.functions.invoke(FunctionName=self.physical[logical], Payload=json.dumps(payload))
        return "FunctionError" not in answer, json.loads(answer["Payload"].read() or b"null")

    def catalog(self, method: str, path: str, body: dict) -> None:
        """Turns a switch of the stand-in."""
        url = self.state["upstreams"] + path
        urllib.request.urlopen(urllib.request.Request(url, method=method, data=json.dumps(body).encode()), timeout=10).close()

    def functions_with_permissions(self) -> set[str]:
        roles = {logical: physical for logical, physical in self.physical.items() if logical.endswith("FunctionRole")}
        allow = {name for name, role in roles.items() if self.iam.list_role_policies(RoleName=role)["PolicyNames"]}
        return {name.removesuffix("Role") for name in allow if name != "CodeMakesNoNetwork"}

    def refusals(self, since: int) -> set[tuple[str, str]]:
        """What IAM refused behind this place of its record: roles and actions."""
        with DECISIONS.open() as decisions:
            decisions.seek(since)
            calls = map(json.loads, decisions)
            return {(call["role"], call["action"]) for call in calls if not call["allowed"]}

    def items(self, pk: str) -> list[dict]:
        values = {":pk": {"S": pk}}
        return self.dynamodb.query(TableName=self.table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values)["Items"]

    def restart_functions(self) -> None:
        """Ends their processes, so that the next request finds new ones, which know nothing of a queue that refused them."""
        emulator = self.state["processes"]["emulator"]["pid"]
        found = subprocess.run(["pgrep", "--parent", str(emulator), "bootstrap"], capture_output=True, text=True, check=False)
        for pid in found.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        assert until(lambda: all(has_ended(pid) for pid in found.stdout.split()), 10), "a function does not end"

    def forget_items(self, pk: str) -> None:
        for item in self.items(pk):
            self.dynamodb.delete_item(TableName=self.table, Key={"pk": item["pk"], "sk": item["sk"]})

    def purge(self, queue: str) -> None:
        """What is left in it would keep the workers busy while they are looked at."""
        self.client("sqs").purge_queue(QueueUrl=self.physical[queue])

    def forget_in_redis(self) -> None:
        """Redis knows no session and no page any more, so that the table is asked."""
        import socket

        with socket.create_connection(("127.0.0.1", self.state["ports"]["redis"]), timeout=5) as redis:
            redis.sendall(b"FLUSHDB\r\n")
            assert redis.recv(16).startswith(b"+OK")


def has_ended(pid: str) -> bool:
    """Whether it is gone with all its threads, or waits for the emulator to take note of that."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state == "Z" and len(os.listdir(f"/proc/{pid}/task")) == 1
    except FileNotFoundError:
        return True
