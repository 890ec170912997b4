"""AWS on this machine: ministack, and what this template needs that it lacks.

    python -m emulator <port>

Each extension patches ministack where AWS would behave in a way that the template relies on; requirements-rehearsal.txt pins the
version that they are for. It listens on 127.0.0.1 alone, and holds everything in memory.
"""

import os
import sys


def main() -> None:
    port = sys.argv[1]
    os.environ.update(
        GATEWAY_PORT=port,
        BIND_HOST="127.0.0.1",
        # What the functions, which it starts as processes, call for DynamoDB and SQS.
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}",
        # An API answers at <its id>.execute-api.localhost, which browsers know to be this machine.
        MINISTACK_HOST="localhost",
        # Another service that listens at a port of its own.
        IOT_MTLS_ENABLED="0",
    )
    # They read the environment when they are imported.
    from ministack.app import main as serve

    from emulator import addresses, alarms, codedeploy, decisions, leading_keys, log_streams, queue_batches, routes

    for extension in (addresses, alarms, codedeploy, leading_keys, log_streams, queue_batches, routes, decisions):
        extension.install()
    sys.argv = sys.argv[:1]
    serve()


if __name__ == "__main__":
    main()
