"""What tests of borrowed speakers share."""

import re
import time

from django.core.cache import cache

from tests.player.parts import PART, act, words


def share(person, lends="never"):
    """As the household page saves it."""
    person.post("/household/sharing/", {"shares_speakers": "on", "lends_account": lends})
    person.member.refresh_from_db()


def speakers(person):
    """The list of speakers of others, as the popover shows it."""
    cache.delete("player:household")
    text = person.get("/player/devices/panel/", **PART).text
    return text.split("panel-speakers-title", 1)[1].split("</ul>", 1)[0] if "speakers-title" in text else ""


def notice(person, which):
    """What a notice says on the player page; empty without it. which: request, lending, borrowing or lost."""
    text = person.get("/player/").text
    if f'id="page-{which}"' not in text:
        return ""
    return words(text.split(f'id="page-{which}"', 1)[1].split("<button", 1)[0].partition(">")[2])


def answer(person, word):
    text = person.get("/player/").text
    pk = re.search(r'name="answer" value="(\d+) accept"', text)[1]
    return act(person, "speakers/answer", answer=f"{pk} {word}")


def remove_device(sandbox, member, name):
    """It is switched off, and what plays goes on elsewhere."""
    devices = sandbox.control("GET", f"player/{member}")["devices"]
    left = [{key: value for key, value in one.items() if key != "is_active"} for one in devices]
    sandbox.scene(member, devices=[one for one in left if one["name"] != name])


def wait_for(is_so):
    """Until the simulated Spotify has obeyed what a browser sent."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.03)
