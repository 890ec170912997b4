"""Deploys template.yaml on this machine, as `sam deploy` deploys it to AWS. docs/REHEARSAL.md says how to use it.

    rehearsal.py deploy         starts what is missing, deploys (again), prints the API's address
    rehearsal.py admin EMAIL    makes an account an administrator, as docs/OPERATIONS.md does
    rehearsal.py outbox         prints how many audit events wait in the outbox
    rehearsal.py destroy        deletes the stack, and ends everything
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import boto3

import processes

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".rehearsal"
STATE = FOLDER / "state.json"
STACK = "watchlist-rehearsal"
SECRET = "watchlist/rehearsal"
REGION = "us-east-1"
# Of the account's root user, who may do anything, also where AUTH=true asks for permissions.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
PARTS = ("redis", "upstreams", "emulator")


class Refused(Exception):
    """What is wrong, for a person."""


def main() -> None:
    os.chdir(ROOT)
    # A developer's own profile or session must not decide where this goes.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    commands = {"deploy": deploy, "admin": admin, "outbox": outbox, "destroy": destroy}
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except Refused as refused:
        sys.exit(f"error: {refused}")


def deploy() -> None:
    FOLDER.mkdir(exist_ok=True)
    state = running() or started()
    client = clients(state)
    with_secret(client("secretsmanager"))
    sam_deploy(state)
    state |= deployed(client("cloudformation"), state)
    STATE.write_text(json.dumps(state, indent=2))
    if not processes.until(lambda: processes.answers(f"{state['api']}/health"), 30):
        raise Refused(f"the API does not answer at {state['api']}/health: {FOLDER}/emulator.log may say why")
    print(f"The stack {STACK} is deployed on this machine.\n")
    print(f"  for programs  {state['api']}")
    print(f"  in a browser  {state['outputs']['ApiUrl']}/")


def outbox() -> None:
    state = whole()
    query = clients(state)("dynamodb").query
    shards = ({":pk": {"S": f"OUTBOX#{shard}"}} for shard in range(4))
    found = [query(TableName=state["outputs"]["TableName"], Select="COUNT", KeyConditionExpression="pk = :pk",
                   ExpressionAttributeValues=shard)["Count"] for shard in shards]
    print(sum(found))


def admin(email: str) -> None:
    state = whole()
    answer = clients(state)("lambda").invoke(
        FunctionName=state["outputs"]["AdminBootstrapFunction"], Payload=json.dumps({"email": email}))
    said = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        raise Refused(f"{email} was not made an administrator: {said}")
    print(said)


def destroy() -> None:
    """The stack goes as it would on AWS: its table stays, which here ends with the emulator."""
    state = read()
    if not state:
        print("There is no rehearsal.")
        return
    # A deployment that was interrupted may have started only some of them.
    emulator = state["processes"].get("emulator")
    if "outputs" in state and processes.runs(emulator):
        delete_stack(clients(state)("cloudformation"))
    for process in state["processes"].values():
        processes.stop(process)
    shutil.rmtree(FOLDER)
    print("The stack and everything that it ran on are gone.")


def read() -> dict | None:
    return json.loads(STATE.read_text()) if STATE.exists() else None


def whole() -> dict:
    """The rehearsal that there is, with a stack in it."""
    state = read()
    if not state or "outputs" not in state:
        raise Refused("nothing is deployed; `make deploy-local` does that")
    return state


def running() -> dict | None:
    """The rehearsal that there is, if it is whole."""
    state = read()
    if not state:
        return None
    asked = is_authorized()
    if state["auth"] != asked:
        raise Refused(f"a rehearsal with AUTH={str(state['auth']).lower()} is there; `make destroy-local` first")
    gone = [name for name in PARTS if name not in state["processes"] or not processes.runs(state["processes"][name])]
    if gone:
        raise Refused(f"{', '.join(gone)} does not run; `make destroy-local` clears up, and .rehearsal/*.log may say why")
    return state


def is_authorized() -> bool:
    return os.environ.get("REHEARSAL_AUTH", "false").lower() == "true"


def started() -> dict:
    """Redis, the stand-ins of what the functions call outside, and AWS."""
    ports = {name: processes.free_port() for name in PARTS}
    redis = shutil.which("redis-server") or shutil.which("valkey-server")
    commands = {
        "redis": [redis, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", str(ports["redis"])],
        "upstreams": ["target/debug/local", "upstreams", str(ports["upstreams"])],
        "emulator": [sys.executable, "-m", "emulator", str(ports["emulator"])],
    }
    environment = CREDENTIALS | {
        "AUTH": str(is_authorized()).lower(),
        "PYTHONPATH": str(ROOT / "tools/rehearsal"),
        "DECISIONS_FILE": str(FOLDER / "decisions.jsonl"),
        "TMPDIR": str(FOLDER),
    }
    state = {"auth": is_authorized(), "ports": ports, "processes": {}}
    for name, command in commands.items():
        log = FOLDER / f"{name}.log"
        state["processes"][name] = processes.start(command, log, environment if name == "emulator" else {})
        # From here on `destroy` finds it.
        STATE.write_text(json.dumps(state, indent=2))
        if not processes.until(lambda name=name: processes.listens(ports[name]), 30):
            raise Refused(f"{name} does not start: {log} may say why")
    return state


def endpoint(state: dict) -> str:
    return f"http://127.0.0.1:{state['ports']['emulator']}"


def clients(state: dict):
    session = boto3.Session("test", "test", region_name=REGION)
    return lambda service: session.client(service, endpoint_url=endpoint(state))


def with_secret(secrets) -> None:
    """The one thing that is made before the first deployment, as infra/README.md says."""
    try:
        secrets.describe_secret(SecretId=SECRET)
    except secrets.exceptions.ResourceNotFoundException:
        made = subprocess.run(["target/debug/local", "secrets"], capture_output=True, text=True, check=True)
        secrets.create_secret(Name=SECRET, SecretString=made.stdout)


def sam_deploy(state: dict) -> None:
    """As `make deploy ENV=rehearsal` would, with what only this machine knows."""
    ports = state["ports"]
    known_here = {
        "Architecture": "arm64" if os.uname().machine in ("arm64", "aarch64") else "x86_64",
        "RedisUrl": f"redis://127.0.0.1:{ports['redis']}/",
        "CatalogUrl": f"http://127.0.0.1:{ports['upstreams']}/fakestore",
        "GithubApiUrl": f"http://127.0.0.1:{ports['upstreams']}/github",
    }
    parameters = [f"{name}={value}" for name, value in known_here.items()]
    command = [".venv-check/bin/python", "tools/deploy.py", "rehearsal", "--no-progressbar", *parameters]
    command += os.environ.get("REHEARSAL_PARAMETERS", "").split()
    environment = os.environ | CREDENTIALS | {"AWS_ENDPOINT_URL": endpoint(state)}
    log = FOLDER / "sam-deploy.log"
    with log.open("wb") as output:
        ended = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False)
    if ended.returncode != 0:
        raise Refused(f"sam deploy failed, and says:\n\n{log.read_text()[-3000:]}")


def deployed(cloudformation, state: dict) -> dict:
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    api_id = outputs["ApiUrl"].split("//")[1].split(".")[0]
    return {
        "endpoint": endpoint(state),
        "region": REGION,
        "stack": STACK,
        "outputs": outputs,
        "api": f"{endpoint(state)}/_aws/execute-api/{api_id}",
        "upstreams": f"http://127.0.0.1:{state['ports']['upstreams']}",
    }


def delete_stack(cloudformation) -> None:
    cloudformation.delete_stack(StackName=STACK)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 120})


if __name__ == "__main__":
    main()
