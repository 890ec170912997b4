"""An AWS emulator: ministack with extensions for the behaviour that template.yaml relies on.

    python -m emulator <port>

Each module patches one difference between ministack and AWS. requirements-rehearsal.txt pins the
version that the patches are written for. The emulator listens on 127.0.0.1 only and holds
everything in memory.
"""

import os
import sys


def main() -> None:
    port = sys.argv[1]
    os.environ.update(
        GATEWAY_PORT=port,
        BIND_HOST="127.0.0.1",
        # The endpoint of DynamoDB and SQS for the functions, which the emulator starts as
        # processes.
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}",
        # An API's host is <its id>.execute-api.localhost, which browsers resolve to this machine.
        MINISTACK_HOST="localhost",
        # Disables a service that would listen on a port of its own.
        IOT_MTLS_ENABLED="0",
    )
    # Imported only now, because these modules read the environment when they are imported.
    from ministack.app import main as serve

    from emulator import (
        alarms, codedeploy, health_paths, iam_decisions, invoke_permissions, leading_keys, log_streams, queue_batches, routes,
    )

    for extension in (health_paths, alarms, codedeploy, leading_keys, log_streams, queue_batches, routes, invoke_permissions, iam_decisions):
        extension.install()
    sys.argv = sys.argv[:1]
    serve()


if __name__ == "__main__":
    main()
