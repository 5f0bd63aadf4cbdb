from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # They need the models, which are there only now.
        from accounts import household
        from accounts.backups.actions import make_nightly_backup
        from accounts.house.actions import update_marker
        from accounts.house.startup import require_sound_house
        from spotweb.jobs.registry import BEFORE_WORK, CHORES

        CHORES.append(make_nightly_backup)
        household.on_member_deleted(update_marker)
        BEFORE_WORK.append(require_sound_house)
