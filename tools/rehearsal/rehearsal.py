"""Deploys template.yaml on this machine, as `sam deploy` deploys it to AWS (docs/REHEARSAL.md).

    rehearsal.py deploy         starts missing components, deploys, and prints the API's address
    rehearsal.py admin EMAIL    makes an account an administrator, as docs/OPERATIONS.md does
    rehearsal.py outbox         prints the number of audit events in the outbox
    rehearsal.py destroy        deletes the stack and stops all components
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
# The credentials of the account's root user, which has every permission even when AUTH=true
# enforces IAM.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
COMPONENTS = ("redis", "upstreams", "emulator")


class RehearsalError(Exception):
    """An error with a message for the developer."""


def main() -> None:
    os.chdir(ROOT)
    # A developer's own AWS profile or session must not decide where this deploys.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    commands = {"deploy": deploy, "admin": make_admin, "outbox": print_outbox_size, "destroy": destroy}
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except RehearsalError as error:
        sys.exit(f"error: {error}")


def deploy() -> None:
    FOLDER.mkdir(exist_ok=True)
    package_functions()
    state = load_running() or start_components()
    client = client_factory(state)
    ensure_secret(client("secretsmanager"))
    sam_deploy(state)
    state |= describe_stack(client("cloudformation"), state)
    STATE.write_text(json.dumps(state, indent=2))
    if not processes.wait_until(lambda: processes.responds(f"{state['api']}/health"), 30):
        raise RehearsalError(f"the API does not respond at {state['api']}/health; see {FOLDER}/emulator.log")
    print(f"The stack {STACK} is deployed on this machine.\n")
    print(f"  for programs  {state['api']}")
    print(f"  in a browser  {state['outputs']['ApiUrl']}/")


def package_functions() -> None:
    """Writes the package of each function: a script that runs the binary of `make build-local`.

    Compressing and uploading the binaries themselves takes a minute for each deployment.
    """
    for function in sorted(path.name for path in (ROOT / "functions").iterdir()):
        binary, bootstrap = ROOT / "target/debug" / function, ROOT / "target/lambda" / function / "bootstrap"
        bootstrap.parent.mkdir(parents=True, exist_ok=True)
        # The time makes a changed binary a changed package, which `sam deploy` deploys.
        bootstrap.write_text(f"#!/bin/sh\n# Built at {binary.stat().st_mtime_ns}.\nexec '{binary}'\n")
        bootstrap.chmod(0o755)


def print_outbox_size() -> None:
    state = load_deployed()
    query = client_factory(state)("dynamodb").query
    shards = ({":pk": {"S": f"OUTBOX#{shard}"}} for shard in range(4))
    counts = [query(TableName=state["outputs"]["TableName"], Select="COUNT", KeyConditionExpression="pk = :pk",
                    ExpressionAttributeValues=shard)["Count"] for shard in shards]
    print(sum(counts))


def make_admin(email: str) -> None:
    state = load_deployed()
    response = client_factory(state)("lambda").invoke(
        FunctionName=state["outputs"]["AdminBootstrapFunction"], Payload=json.dumps({"email": email}))
    payload = response["Payload"].read().decode()
    if "FunctionError" in response:
        raise RehearsalError(f"{email} was not made an administrator: {payload}")
    print(payload)


def destroy() -> None:
    """Deletes the stack, then stops the emulator.

    As on AWS, the stack retains its table, which is lost with the emulator.
    """
    state = load_state()
    if not state:
        print("There is no rehearsal.")
        return
    # A deployment that was interrupted may have started only some of the components.
    emulator = state["processes"].get("emulator")
    if "outputs" in state and processes.is_running(emulator):
        delete_stack(client_factory(state)("cloudformation"))
    for process in state["processes"].values():
        processes.stop(process)
    shutil.rmtree(FOLDER)
    print("The stack is deleted and all its components are stopped.")


def load_state() -> dict | None:
    return json.loads(STATE.read_text()) if STATE.exists() else None


def load_deployed() -> dict:
    """Returns the state of a rehearsal whose stack is deployed."""
    state = load_state()
    if not state or "outputs" not in state:
        raise RehearsalError("nothing is deployed; run `make deploy-local`")
    return state


def load_running() -> dict | None:
    """Returns the state of the current rehearsal, or `None` when there is none.

    Its components must all be running.
    """
    state = load_state()
    if not state:
        return None
    if state["auth"] != enforces_iam():
        raise RehearsalError(f"a rehearsal with AUTH={str(state['auth']).lower()} exists; run `make destroy-local` first")
    running = {name for name, process in state["processes"].items() if processes.is_running(process)}
    stopped = [name for name in COMPONENTS if name not in running]
    if stopped:
        raise RehearsalError(f"not running: {', '.join(stopped)}; see .rehearsal/*.log, then run `make destroy-local`")
    return state


def enforces_iam() -> bool:
    return os.environ.get("REHEARSAL_AUTH", "false").lower() == "true"


def start_components() -> dict:
    """Starts Redis, the mock servers for the external APIs, and the AWS emulator."""
    ports = {name: processes.free_port() for name in COMPONENTS}
    redis = shutil.which("redis-server") or shutil.which("valkey-server")
    commands = {
        "redis": [redis, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", str(ports["redis"])],
        "upstreams": ["target/debug/local", "upstreams", str(ports["upstreams"])],
        "emulator": [sys.executable, "-m", "emulator", str(ports["emulator"])],
    }
    environment = CREDENTIALS | {
        "AUTH": str(enforces_iam()).lower(),
        "PYTHONPATH": str(ROOT / "tools/rehearsal"),
        "DECISIONS_FILE": str(FOLDER / "decisions.jsonl"),
        "TMPDIR": str(FOLDER),
    }
    state = {"auth": enforces_iam(), "ports": ports, "processes": {}}
    for name, command in commands.items():
        log = FOLDER / f"{name}.log"
        state["processes"][name] = processes.start(command, log, environment if name == "emulator" else {})
        # Saved after each start, so that `destroy` finds the process even if the next one fails.
        STATE.write_text(json.dumps(state, indent=2))
        if not processes.wait_until(lambda name=name: processes.is_listening(ports[name]), 30):
            raise RehearsalError(f"{name} does not start; see {log}")
    return state


def endpoint(state: dict) -> str:
    return f"http://127.0.0.1:{state['ports']['emulator']}"


def client_factory(state: dict):
    session = boto3.Session("test", "test", region_name=REGION)
    return lambda service: session.client(service, endpoint_url=endpoint(state))


def ensure_secret(secrets) -> None:
    """Creates the secret, which infra/README.md creates by hand before the first deployment."""
    try:
        secrets.describe_secret(SecretId=SECRET)
    except secrets.exceptions.ResourceNotFoundException:
        generated = subprocess.run(["target/debug/local", "secrets"], capture_output=True, text=True, check=True)
        secrets.create_secret(Name=SECRET, SecretString=generated.stdout)


def sam_deploy(state: dict) -> None:
    """Runs `make deploy ENV=rehearsal` with the parameters that are known only on this machine."""
    ports = state["ports"]
    local_parameters = {
        "Architecture": "arm64" if os.uname().machine in ("arm64", "aarch64") else "x86_64",
        "RedisUrl": f"redis://127.0.0.1:{ports['redis']}/",
        "CatalogUrl": f"http://127.0.0.1:{ports['upstreams']}/fakestore",
        "GithubApiUrl": f"http://127.0.0.1:{ports['upstreams']}/github",
    }
    parameters = [f"{name}={value}" for name, value in local_parameters.items()]
    command = [".venv-check/bin/python", "tools/deploy.py", "rehearsal", "--no-progressbar", *parameters]
    command += os.environ.get("REHEARSAL_PARAMETERS", "").split()
    environment = os.environ | CREDENTIALS | {"AWS_ENDPOINT_URL": endpoint(state)}
    log = FOLDER / "sam-deploy.log"
    with log.open("wb") as output:
        completed = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False)
    if completed.returncode != 0:
        raise RehearsalError(f"sam deploy failed:\n\n{log.read_text()[-3000:]}")


def describe_stack(cloudformation, state: dict) -> dict:
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
