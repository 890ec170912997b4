"""Who asks, and which refusals no schema can foresee. schemathesis loads this file (schemathesis.toml).

An administrator of this run's own asks, who may reach every route. Two routes take the account's password, and wrong guesses hold
its next sign-in back: another account asks there.
"""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from urllib import error, request

import schemathesis
from schemathesis.core.failures import ServerError
from schemathesis.openapi.checks import RejectedPositiveData

API = os.environ["FUZZ_API"]
PASSWORD = f"horse battery {uuid.uuid4().hex[:12]}"
REPOSITORY = Path(__file__).parents[2]


def post(path, body):
    """The answer to a request of ours; stops the run when it is refused."""
    headers = {"content-type": "application/json"}
    try:
        with request.urlopen(request.Request(API + path, json.dumps(body).encode(), headers), timeout=10) as answer:
            return json.load(answer)
    except error.HTTPError as refused:
        sys.exit(f"error: {path} answered {refused.code}: {refused.read().decode()}")


def check_stack():
    """Schemathesis would go on with refusals alone, and find nothing wrong with them."""
    try:
        answer = request.urlopen(API + "/v1/external/github", timeout=10)
    except error.HTTPError as refused:
        answer = refused
    except OSError:
        sys.exit(f"error: no stack answers at {API}; start one with make run RATE_LIMIT_FACTOR=1000")
    quota = int(answer.headers["x-ratelimit-limit"])
    if quota < 10_000:
        sys.exit(f"error: {quota} requests a minute are too few; start the stack with make run RATE_LIMIT_FACTOR=1000")


check_stack()


class Account:
    """One that is made when it is first needed, and signs in again when its session was ended."""

    def __init__(self, is_admin):
        self.is_admin = is_admin
        self.email = None

    def get(self, case, context):
        """A new access token."""
        if self.email is None:
            self.email = f"fuzz-{uuid.uuid4().hex}@example.com"
            post("/v1/auth/register", {"email": self.email, "password": PASSWORD})
            if self.is_admin:
                make = ["make", "-s", "admin", f"EMAIL={self.email}", f"API_PORT={API.rsplit(':', 1)[1]}"]
                subprocess.run(make, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
        return post("/v1/auth/login", {"email": self.email, "password": PASSWORD})["access_token"]

    def set(self, case, token, context):
        """With which the request goes."""
        case.headers["Authorization"] = f"Bearer {token}"


TAKES_THE_PASSWORD = ["auth-password", "auth-delete-account"]


@schemathesis.auth(retry_on=[401]).skip_for(operation_id=TAKES_THE_PASSWORD)
class Administrator(Account):
    def __init__(self):
        super().__init__(is_admin=True)


@schemathesis.auth(retry_on=[401]).apply_to(operation_id=TAKES_THE_PASSWORD)
class Guesser(Account):
    def __init__(self):
        super().__init__(is_admin=False)


@schemathesis.hook
def map_headers(context, headers):
    """A key stands for one request; an example of one would stand for all of them."""
    if headers and "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = uuid.uuid4().hex
    return headers


@schemathesis.hook
def filter_case(context, case):
    """`cargo lambda watch` makes JSON of each request and answers 500 itself where it cannot; API Gateway sends such bodies in
    base64. What functions do with any bytes at all is tried out without it, in tests/http.rs and beside the routes."""
    return is_utf8(case.body) and all(str(value).isascii() for value in (case.headers or {}).values())


def is_utf8(body):
    try:
        if isinstance(body, bytes):
            body.decode()
    except UnicodeDecodeError:
        return False
    return True


# What makes a request wrong although each part of it is right.
BEYOND_SCHEMAS = {"too_guessable", "excluded", "reused"}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Refusals of requests that fit the description, and should be refused."""
    problem = response.json() if "json" in response.headers.get("content-type", [""])[0] else {}
    if isinstance(failure, RejectedPositiveData):
        faults = {fault["code"] for fault in problem.get("errors", [])}
        is_cursor = problem.get("message") == "The cursor is not valid for this list."
        # A version that the thing does not have.
        is_stale = response.status_code == 412
        # The body may leave the token out for one in a cookie, which is not there.
        no_cookie = case.operation.path == "/v1/auth/refresh" and faults == {"missing"}
        return not (is_stale or is_cursor or no_cookie or (faults and faults <= BEYOND_SCHEMAS))
    if isinstance(failure, ServerError):
        # GitHub is not there for whoever has no internet. And 503 is what the contract has for favourites of which none was
        # added, some because they are there and some because the catalogue does not know them.
        no_github = case.operation.path == "/v1/external/github" and problem.get("code", "").startswith("UPSTREAM_")
        return not (no_github or (response.status_code == 503 and "results" in problem))
    return True
