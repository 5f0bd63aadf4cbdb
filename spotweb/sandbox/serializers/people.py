"""Accounts as JSON."""

from spotweb.sandbox.core.messages import JsonObject
from spotweb.sandbox.model.members import Member
from spotweb.sandbox.serializers.common import Shape


class People(Shape):
    def public_user(self, user_id: str) -> JsonObject:
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/user/{user_id}"},
            "href": self.href(f"/users/{user_id}"),
            "id": user_id,
            "type": "user",
            "uri": f"spotify:user:{user_id}",
        }

    def private_user(self, member: Member, *, scopes: set[str]) -> JsonObject:
        body = self.public_user(member.id) | {
            "account_id": member.account_id,
            "display_name": member.display_name,
            "images": self.images(member.cover)[:2],
        }
        if not self.is_extended:
            return body
        body["followers"] = {"href": None, "total": member.followers}
        if "user-read-private" in scopes:
            body |= {
                "country": member.country,
                "explicit_content": {"filter_enabled": False, "filter_locked": False},
                "product": member.product,
            }
        if "user-read-email" in scopes:
            body["email"] = member.email
        return body
