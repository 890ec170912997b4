from world import World

EXPECTED = ([204, 204], [0, 0])


def probe(w: World):
    accounts = [w.managed["deleted"], w.deleted_admins["by-admin"]]
    paths = [f"/v1/admin/users/{account.id}" for account in accounts]
    # `If-Match` makes the deletion conditional.
    responses = [w.stack.send("DELETE", path, w.admin.token, headers={"if-match": "*"}) for path in paths]
    return [response.status for response in responses], [len(w.stack.items(f"USER#{account.id}")) for account in accounts]
