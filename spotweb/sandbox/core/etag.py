"""Conditional requests: 304 without a body when the caller has the same already."""

import hashlib

from spotweb.sandbox.core.messages import Reply, Request

_OK = 200


def answer_not_modified(request: Request, reply: Reply) -> Reply:
    """The reply with a tag of its contents; 304 without any when the caller names the same tag."""
    if reply.status != _OK:
        return reply
    tag = f'"{hashlib.blake2b(reply.body, digest_size=12).hexdigest()}"'
    headers = [("ETag", tag), ("Cache-Control", "private, max-age=0")]
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or tag in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        return Reply(status=304, headers=headers)
    reply.headers += headers
    return reply
