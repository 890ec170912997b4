"""Permissions for SQS batch operations.

On AWS the permission for the single operation covers the batch: `sqs:SendMessage` allows
`SendMessageBatch`
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html).
ministack requires `sqs:SendMessageBatch`, a permission that AWS does not have.
"""

from ministack.core import iam_actions

SINGLE_ACTIONS = {f"sqs:{name}Batch": f"sqs:{name}" for name in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")}


def install() -> None:
    extract = iam_actions.extract_iam_action

    def extract_single(*call, **named):
        action = extract(*call, **named)
        return SINGLE_ACTIONS.get(action, action)

    iam_actions.extract_iam_action = extract_single
