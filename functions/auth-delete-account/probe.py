from world import PASSWORD, World

EXPECTED = ([204, 204], [0, 0])


def probe(w: World):
    accounts = [w.deleting, w.deleted_admins["by-self"]]
    responses = [w.stack.send("DELETE", "/v1/auth/me", account.token, {"password": PASSWORD}) for account in accounts]
    return [response.status for response in responses], [len(w.stack.items(f"USER#{account.id}")) for account in accounts]
