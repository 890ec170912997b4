from world import World, sqs_event

EXPECTED = (True, {"batchItemFailures": []})


def probe(w: World):
    succeeded, result = w.stack.invoke("AuditWorkerFunction", sqs_event(w.audit_message()))
    return succeeded, result
