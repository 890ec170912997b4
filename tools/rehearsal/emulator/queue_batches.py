"""Batches of SQS, which are permitted by the name of the single action: whoever may `sqs:SendMessage` may send ten at once
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html). ministack asks for
`sqs:SendMessageBatch`, which is no permission at AWS.
"""

from ministack.core import iam_actions

SINGLE = {f"sqs:{name}Batch": f"sqs:{name}" for name in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")}


def install() -> None:
    extract = iam_actions.extract_iam_action

    def extract_single(*call, **named):
        action = extract(*call, **named)
        return SINGLE.get(action, action)

    iam_actions.extract_iam_action = extract_single
