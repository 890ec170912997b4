"""The test data of the probes: accounts, sessions, items, customers and favourites.

Each round creates its own, while all permissions are in place.
"""

import base64
import json
import secrets
import time
import uuid

from stack import Stack

PASSWORD = "correct horse battery staple"
START = int(time.time()) % 30


class Account:
    def __init__(self, stack: Stack, email: str):
        self.stack, self.email = stack, email
        self.id = self.call("POST", "/v1/auth/register", 201, {"email": email, "password": PASSWORD}, token=None)["id"]
        self.sessions = []
        self.sign_in()

    def sign_in(self) -> dict:
        self.sessions.append(self.call("POST", "/v1/auth/login", 200, {"email": self.email, "password": PASSWORD}, token=None))
        return self.sessions[-1]

    @property
    def token(self) -> str:
        return self.sessions[-1]["access_token"]

    def call(self, method, path, status, body=None, token=...) -> dict:
        """Sends a request as this account, asserts the status, and returns the body."""
        response = self.stack.send(method, path, self.token if token is ... else token, body)
        assert response.status == status, f"{method} {path}: {response.status}: {response.body}"
        return response.body

    def item(self, title: str, kind: str = "movie") -> str:
        return "/v1/watchlists/items/" + self.call("POST", "/v1/watchlists/items", 201, {"title": title, "type": kind})["item"]["id"]

    def customer(self, name: str, products=()) -> str:
        email = f"{name}-of-{self.email}"
        path = "/v1/customers/" + self.call("POST", "/v1/customers", 201, {"name": name, "email": email})["id"]
        if products:
            added = self.call("POST", f"{path}/favorites", 201, {"product_ids": list(products)})
            assert all(result["result"] == "added" for result in added["results"]), added
        return path


class World:
    def __init__(self, stack: Stack, number: int):
        self.stack = stack
        self.run = f"{number}-{time.time_ns():x}"
        # Products that no other round uses, and probably no recent run. The end-to-end suite uses
        # the first hundred of the mock catalogue's five hundred.
        first = 101 + 8 * (number + START)
        self.repriced, self.delisted, self.existing, self.new = (str(first + index) for index in range(4))
        favorites = (self.repriced, self.delisted, self.existing)
        stack.catalog("DELETE", "/control", {})

        self.user = self.account("user")
        self.items = [self.user.item(title) for title in ("unchanged", "changed", "removed")]
        self.customer = self.user.customer("unchanged", favorites)
        self.changed_customer = self.user.customer("changed")
        self.removed_customer = self.user.customer("removed", favorites)
        self.large_customer = self.add_many_favorites(self.user.customer("large", (self.existing,)))
        # Accounts for the probes that change or delete an account, or end its sessions.
        self.refreshing, self.revoking, self.deleting = self.account("refreshing"), self.account("revoking"), self.account("deleting")
        self.revoking.sign_in()
        self.logging_out, self.changing_password = self.account("logging-out"), self.account("changing-password")
        for account in (self.logging_out, self.changing_password):
            account.sign_in()
            account.sign_in()
        self.admin = self.administrator("admin")
        self.managed = {name: self.account(name) for name in ("disabled", "promoted", "deleted")}
        self.deleted_admins = {name: self.administrator(f"admin-{name}") for name in ("by-self", "by-admin")}
        self.bootstrapped = self.account("bootstrapped")
        self.bootstrapped.sign_in()
        for account in (self.deleting, self.managed["deleted"]):
            account.item("one")
            account.customer("customer", favorites)
            account.sign_in()
        self.make_history()

    def account(self, name: str) -> Account:
        return Account(self.stack, f"{name}-{self.run}@example.com")

    def administrator(self, name: str) -> Account:
        account = self.account(name)
        succeeded, result = self.stack.invoke("AdminBootstrapFunction", {"email": account.email})
        assert succeeded, result
        account.sign_in()
        return account

    def add_many_favorites(self, customer: str) -> str:
        """Gives the customer more than a hundred favourites."""
        pk = f"CUSTOMER#{customer.rsplit('/', 1)[1]}#FAVORITES"
        favorite = self.stack.items(pk)[0]
        # The copies contain the wrong product, so they must not be in the index by product.
        del favorite["directory"]
        puts = [{"PutRequest": {"Item": favorite | {"sk": {"S": f"PRODUCT#{90_000 + number}"}}}} for number in range(100)]
        for start in range(0, len(puts), 25):
            self.stack.dynamodb.batch_write_item(RequestItems={self.stack.table: puts[start:start + 25]})
        return customer

    def make_history(self) -> None:
        """Changes a price and refreshes the favourites, so that they have a history."""
        self.stack.catalog("PUT", f"/control/products/{self.repriced}", {"price": 1.25})
        products = [self.repriced, self.delisted, self.existing]
        succeeded, result = self.stack.invoke("CatalogWorkerFunction", self.refresh_request(products))
        assert succeeded and result == {"batchItemFailures": []}, result
        favorites = self.user.call("GET", f"{self.customer}/favorites", 200)["favorites"]
        assert any(favorite["current"]["price"] == "1.25" for favorite in favorites), favorites

    def refresh_request(self, products: list[str]) -> dict:
        """Returns an SQS event of the catalogue queue, with a request to refresh these products."""
        return sqs_event({"version": 1, "refresh": {"asked_at": now(), "product_ids": products}})

    def audit_message(self) -> dict:
        """Returns an event of the user for the audit queue. The worker adds the e-mail address."""
        actor, target = {"id": self.user.id, "ip": "192.0.2.7"}, {"type": "session", "id": event_id()}
        event = {"id": event_id(), "at": now(), "action": "auth.logged_out", "outcome": "success"}
        return {"version": 1, "event": event | {"actor": actor, "target": target, "request_id": "none"}}


def session_count(w: World, account: Account) -> int:
    """Returns the number of stored sessions of the account."""
    return sum(item["sk"]["S"].startswith("SESSION#") for item in w.stack.items(f"USER#{account.id}"))


def claims(token: str) -> str:
    """Returns the decoded claims of an access token."""
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def sqs_event(*messages: dict) -> dict:
    return {"Records": [{"messageId": str(number), "body": json.dumps(message)} for number, message in enumerate(messages)]}


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{time.time_ns() // 1_000_000 % 1000:03}Z"


def event_id() -> str:
    """Returns a version 7 UUID (RFC 9562), which begins with the time."""
    milliseconds, rest = time.time_ns() // 1_000_000, secrets.randbits(74)
    number = milliseconds << 80 | 7 << 76 | (rest >> 62) << 64 | 2 << 62 | rest & (1 << 62) - 1
    return str(uuid.UUID(int=number))
