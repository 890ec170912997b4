"""Prints tokens for ElastiCache with IAM as JSON, signed by botocore.

The tests of shared/src/cache/iam/token.rs compare their tokens with these. After a change here:

    .venv/bin/python tests/redis_iam/botocore_tokens.py > shared/src/cache/iam/botocore_tokens.json
"""

import json
from datetime import datetime, timezone
from unittest.mock import patch

from botocore.auth import SigV4QueryAuth
from botocore.credentials import Credentials
from botocore.model import ServiceId
from botocore.session import Session
from botocore.signers import RequestSigner

# An instant within a second, the last second of a year, a leap day, one-digit fields and the
# largest year that the format has.
CLOCK = [
    "2026-03-01T12:00:00.999Z",
    "2026-12-31T23:59:59Z",
    "2028-02-29T00:00:00Z",
    "2027-01-02T03:04:05Z",
    "9999-12-30T22:00:00Z",
]
KEYS = {"access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
# Every character that has to be encoded in a query, and the unreserved ones.
SESSION_TOKEN = "IQoJb3JpZ2lu/X2VjE+Pj=~-._ *%&?#:@!$'()[],;" * 20
CACHES = [
    {"region": "us-east-1", "cache": "watchlist-prod", "user": "watchlist-prod-iam"},
    {"region": "eu-central-1", "cache": "w", "user": "w-iam"},
]


def token(at: str, region: str, cache: str, user: str, access_key: str, secret_key: str, session_token: str | None) -> str:
    now = datetime.strptime(at[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    credentials = Credentials(access_key, secret_key, session_token)
    events = Session().get_component("event_emitter")
    signer = RequestSigner(ServiceId("elasticache"), region, "elasticache", "v4", credentials, events)
    query = f"Action=connect&User={user}&ResourceType=ServerlessCache"
    request = {"method": "GET", "url": f"http://{cache}/?{query}", "body": {}, "headers": {}, "context": {}}
    # With the optional package awscrt installed, botocore would use that signer, which reads the
    # system clock.
    python_signer = patch.dict("botocore.auth.AUTH_TYPE_MAPS", {"v4-query": SigV4QueryAuth})
    with python_signer, patch("botocore.auth.get_current_datetime", return_value=now):
        url = signer.generate_presigned_url(request, "connect", expires_in=900, region_name=region)
    return url.removeprefix("http://")


inputs = [
    {"at": at, **CACHES[number % 2], **KEYS, "session_token": session_token}
    for number, at in enumerate(CLOCK)
    for session_token in (None, SESSION_TOKEN)
]
print(json.dumps([{**values, "token": token(**values)} for values in inputs], indent=2))
