"""Everything that the probes work on, made anew for each round with all permissions there: accounts with sessions, items, customers
with favourites that have a history, and administrators."""

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
        self.id = self.ask("POST", "/v1/auth/register", 201, {"email": email, "password": PASSWORD}, token=None)["id"]
        self.sessions = []
        self.sign_in()

    def sign_in(self) -> dict:
        self.sessions.append(self.ask("POST", "/v1/auth/login", 200, {"email": self.email, "password": PASSWORD}, token=None))
        return self.sessions[-1]

    @property
    def token(self) -> str:
        return self.sessions[-1]["access_token"]

    def ask(self, method, path, status, body=None, token=...) -> dict:
        answer = self.stack.send(method, path, self.token if token is ... else token, body)
        assert answer.status == status, f"{method} {path}: {answer.status}: {answer.body}"
        return answer.body

    def item(self, title: str, kind: str = "movie") -> str:
        return "/v1/watchlists/items/" + self.ask("POST", "/v1/watchlists/items", 201, {"title": title, "type": kind})["item"]["id"]

    def customer(self, name: str, products=()) -> str:
        email = f"{name}-of-{self.email}"
        path = "/v1/customers/" + self.ask("POST", "/v1/customers", 201, {"name": name, "email": email})["id"]
        if products:
            added = self.ask("POST", f"{path}/favorites", 201, {"product_ids": list(products)})
            assert all(result["result"] == "added" for result in added["results"]), added
        return path


class World:
    def __init__(self, stack: Stack, number: int):
        self.stack = stack
        self.run = f"{number}-{time.time_ns():x}"
        # Products that no other round has had, hardly an earlier run, and not the end-to-end suite, which takes the first hundred
        # of the stand-in's five hundred.
        first = 101 + 8 * (number + START)
        self.dearer, self.gone, self.same, self.new = (str(first + at) for at in range(4))
        held = (self.dearer, self.gone, self.same)
        stack.catalog("DELETE", "/control", {})

        self.user = self.account("user")
        self.items = [self.user.item(title) for title in ("kept", "changed", "removed")]
        self.customer = self.user.customer("kept", held)
        self.changed_customer = self.user.customer("changed")
        self.removed_customer = self.user.customer("removed", held)
        self.crowded_customer = self.crowd(self.user.customer("crowded", (self.same,)))
        self.refresher, self.revoker, self.leaver = self.account("refresher"), self.account("revoker"), self.account("leaver")
        self.revoker.sign_in()
        self.quitter, self.keyholder = self.account("quitter"), self.account("keyholder")
        for account in (self.quitter, self.keyholder):
            account.sign_in(), account.sign_in()
        self.boss = self.administrator("boss")
        self.victims = {name: self.account(name) for name in ("shut", "raised", "deleted")}
        self.deputies = {name: self.administrator(name) for name in ("leaving", "dismissed")}
        self.heir = self.account("heir")
        self.heir.sign_in()
        for account in (self.leaver, self.victims["deleted"]):
            account.item("one")
            account.customer("liker", held)
            account.sign_in()
        self.make_history()

    def account(self, name: str) -> Account:
        return Account(self.stack, f"{name}-{self.run}@example.com")

    def administrator(self, name: str) -> Account:
        account = self.account(name)
        done, said = self.stack.invoke("AdminBootstrapFunction", {"email": account.email})
        assert done, said
        account.sign_in()
        return account

    def crowd(self, customer: str) -> str:
        """Gives the customer more than a hundred favourites."""
        pk = f"CUSTOMER#{customer.rsplit('/', 1)[1]}#FAVORITES"
        one = self.stack.items(pk)[0]
        # So that nobody finds them by their product, which they say wrong.
        del one["directory"]
        puts = [{"PutRequest": {"Item": one | {"sk": {"S": f"PRODUCT#{90_000 + number}"}}}} for number in range(100)]
        for at in range(0, len(puts), 25):
            self.stack.dynamodb.batch_write_item(RequestItems={self.stack.table: puts[at:at + 25]})
        return customer

    def make_history(self) -> None:
        """Changes a price and waits until all favourites have come to know it."""
        self.stack.catalog("PUT", f"/control/products/{self.dearer}", {"price": 1.25})
        products = [self.dearer, self.gone, self.same]
        done, said = self.stack.invoke("CatalogWorkerFunction", self.refresh_of(products))
        assert done and said == {"batchItemFailures": []}, said
        favorites = self.user.ask("GET", f"{self.customer}/favorites", 200)["favorites"]
        assert any(favorite["current"]["price"] == "1.25" for favorite in favorites), favorites

    def refresh_of(self, products: list[str]) -> dict:
        """What the catalogue's queue brings."""
        return records({"version": 1, "refresh": {"asked_at": now(), "product_ids": products}})

    def event(self) -> dict:
        """A message of the audit queue: something that the user did, whose address is not known yet."""
        actor, target = {"id": self.user.id, "ip": "192.0.2.7"}, {"type": "session", "id": event_id()}
        event = {"id": event_id(), "at": now(), "action": "auth.logged_out", "outcome": "success"}
        return {"version": 1, "event": event | {"actor": actor, "target": target, "request_id": "none"}}


def records(*messages: dict) -> dict:
    """An event of SQS."""
    return {"Records": [{"messageId": str(number), "body": json.dumps(message)} for number, message in enumerate(messages)]}


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{time.time_ns() // 1_000_000 % 1000:03}Z"


def event_id() -> str:
    """A UUID of version 7 (RFC 9562): it begins with the time."""
    milliseconds, rest = time.time_ns() // 1_000_000, secrets.randbits(74)
    number = milliseconds << 80 | 7 << 76 | (rest >> 62) << 64 | 2 << 62 | rest & (1 << 62) - 1
    return str(uuid.UUID(int=number))
