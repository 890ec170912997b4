"""The accounts that schemathesis uses, and the errors that no schema predicts.

Requests come from an administrator created for the run, who has access to every route. Two routes
take the account's password, and failed attempts lock the account for a while, so requests to these
routes come from another account.
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
    """Sends a request and returns the response body. Stops the run when the request is rejected."""
    headers = {"content-type": "application/json"}
    try:
        with request.urlopen(request.Request(API + path, json.dumps(body).encode(), headers), timeout=10) as response:
            return json.load(response)
    except error.HTTPError as response:
        sys.exit(f"error: {path} returned {response.code}: {response.read().decode()}")


def check_stack():
    """Stops the run unless the stack responds and its rate limits are raised.

    Otherwise schemathesis would receive only error responses and report no failure.
    """
    try:
        response = request.urlopen(API + "/v1/external/github", timeout=10)
    except error.HTTPError as error_response:
        response = error_response
    except OSError:
        sys.exit(f"error: no stack responds at {API}; start one with make run RATE_LIMIT_FACTOR=1000")
    limit = int(response.headers["x-ratelimit-limit"])
    if limit < 10_000:
        sys.exit(f"error: a limit of {limit} requests a minute is too low; start the stack with make run RATE_LIMIT_FACTOR=1000")


check_stack()


class Account:
    """An account that is created at its first use. It signs in again when its session has ended."""

    def __init__(self, is_admin):
        self.is_admin = is_admin
        self.email = None

    def get(self, case, context):
        """Returns a new access token."""
        if self.email is None:
            self.email = f"fuzz-{uuid.uuid4().hex}@example.com"
            post("/v1/auth/register", {"email": self.email, "password": PASSWORD})
            if self.is_admin:
                command = ["make", "-s", "admin", f"EMAIL={self.email}", f"API_PORT={API.rsplit(':', 1)[1]}"]
                subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
        return post("/v1/auth/login", {"email": self.email, "password": PASSWORD})["access_token"]

    def set(self, case, token, context):
        """Adds the access token to the request."""
        case.headers["Authorization"] = f"Bearer {token}"


PASSWORD_OPERATIONS = ["auth-password", "auth-delete-account"]


@schemathesis.auth(retry_on=[401]).skip_for(operation_id=PASSWORD_OPERATIONS)
class Administrator(Account):
    def __init__(self):
        super().__init__(is_admin=True)


@schemathesis.auth(retry_on=[401]).apply_to(operation_id=PASSWORD_OPERATIONS)
class PasswordUser(Account):
    def __init__(self):
        super().__init__(is_admin=False)


@schemathesis.hook
def map_headers(context, headers):
    """Replaces the idempotency key, which must be unique to each request."""
    if headers and "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = uuid.uuid4().hex
    return headers


@schemathesis.hook
def filter_case(context, case):
    """Skips requests that `cargo lambda watch` cannot convert to JSON.

    It returns a 500 of its own for them.

    API Gateway sends such bodies in base64. tests/http.rs and the tests of the routes cover
    arbitrary bytes.
    """
    return is_utf8(case.body) and all(str(value).isascii() for value in (case.headers or {}).values())


def is_utf8(body):
    try:
        if isinstance(body, bytes):
            body.decode()
    except UnicodeDecodeError:
        return False
    return True


# Validation errors of requests that match their schema.
SCHEMA_VALID_ERRORS = {"too_guessable", "excluded", "reused"}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Returns whether to report the failure.

    Ignores expected rejections of requests that match the API document.
    """
    problem = response.json() if "json" in response.headers.get("content-type", [""])[0] else {}
    if isinstance(failure, RejectedPositiveData):
        codes = {item["code"] for item in problem.get("errors", [])}
        is_cursor = problem.get("message") == "The cursor is not valid for this list."
        # The ETag in `If-Match` is not the current one.
        is_stale = response.status_code == 412
        # The token is optional in the body because it may be in a cookie, which these requests do
        # not have.
        no_cookie = case.operation.path == "/v1/auth/refresh" and codes == {"missing"}
        return not (is_stale or is_cursor or no_cookie or (codes and codes <= SCHEMA_VALID_ERRORS))
    if isinstance(failure, ServerError):
        # GitHub is unreachable without internet access. A 503 with results is documented: no
        # favourite was added, because each already existed or its product is not in the catalogue.
        no_github = case.operation.path == "/v1/external/github" and problem.get("code", "").startswith("UPSTREAM_")
        return not (no_github or (response.status_code == 503 and "results" in problem))
    return True
