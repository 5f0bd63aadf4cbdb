"""GET /me."""

from spotweb.sandbox.api.routing import Call, operation
from spotweb.sandbox.core.errors import api_error
from spotweb.sandbox.core.messages import Reply, json_reply
from spotweb.sandbox.model.members import Member


def require_member(call: Call) -> Member:
    if call.member is None:
        raise api_error(401, "Unauthorized.")
    return call.member


@operation("get-current-users-profile", "GET", "/me")
def get_current_users_profile(call: Call) -> Reply:
    return json_reply(call.world.serializer.private_user(require_member(call), scopes=call.scopes))
