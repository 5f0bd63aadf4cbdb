from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # They need the models, which are there only now.
        from accounts import household
        from accounts.house.actions import update_marker
        from accounts.house.startup import require_sound_house
        from spotweb.jobs.registry import BEFORE_WORK

        household.on_member_deleted(update_marker)
        BEFORE_WORK.append(require_sound_house)
