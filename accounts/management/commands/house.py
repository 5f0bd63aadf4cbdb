"""Says whose data this is and what is wrong with it, and does what only its owner may decide."""

from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands import migrate

from accounts import owner
from accounts.house import actions
from accounts.house.demo_data import DatabaseInUse
from accounts.house.examination import describe_spotify, examine_house, get_database_file
from accounts.models import House, Member
from spotweb.processes.run_lock import RunsAlready


class Command(BaseCommand):
    help = "Show the household's data; accept, start anew, or take the demo out."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "what",
            nargs="?",
            default="show",
            choices=["show", "accept", "start-anew", "remove-demo"],
            help=(
                "show (default); accept: the database that is there is the right one; start-anew: put what "
                "is there aside and begin without a household; remove-demo: take invented people out"
            ),
        )

    def handle(self, *args: object, what: str, **options: object) -> None:
        {
            "show": self._show,
            "accept": self._accept,
            "start-anew": self._start_anew,
            "remove-demo": self._remove_demo,
        }[what]()

    def _show(self) -> None:
        trouble = examine_house(is_prepared=True)
        if trouble is not None:
            raise CommandError(trouble.text)
        house = House.objects.first()
        file = get_database_file()
        self.stdout.write(f"Database: {file or 'the one that DATABASE_URL names'}")
        self.stdout.write(f"Spotify: {describe_spotify(house.spotify) if house else 'none yet'}")
        keeper = Member.objects.filter(is_owner=True).first()
        self.stdout.write(f"Owner: {keeper or 'nobody yet'}")
        if code := owner.get_code():
            self.stdout.write(f"Owner code: {code}")

    def _accept(self) -> None:
        trouble = examine_house()
        if trouble and trouble.code not in {"house_replaced", "other_spotify"}:
            raise CommandError(trouble.text)
        house = actions.accept_house()
        self.stdout.write(f"Accepted. This database belongs to {describe_spotify(house.spotify)}.")

    def _start_anew(self) -> None:
        try:
            moved = actions.start_anew()
        except RunsAlready as error:
            msg = f"{error} Stop it first: it would go on with the old household. Nothing was changed."
            raise CommandError(msg) from None
        except DatabaseInUse:
            program = "Another program uses the database (the worker, or a web server?)."
            msg = f"{program} Stop it first. Nothing was changed."
            raise CommandError(msg) from None
        for path in moved:
            self.stdout.write(f"Put aside: {path}")
        self.stdout.write("The next start begins a new household.")

    def _remove_demo(self) -> None:
        # Django's own: ours would refuse a database with invented people in it.
        call_command(migrate.Command(), verbosity=0)
        count = actions.remove_demo()
        actions.prepare_house()
        self.stdout.write(f"{count} invented people were taken out.")
