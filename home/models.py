"""How far a new member has come with the first steps."""

from django.db import models

from accounts.models import Member


class FirstSteps(models.Model):
    """`done` names the steps that were done once: they stay done, whatever is changed back later."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="first_steps")
    done = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True)  # null: the list is still shown

    def __str__(self) -> str:
        return f"first steps of {self.member_id}"
