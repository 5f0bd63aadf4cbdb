from django.urls import path

from player import recently_played
from player.now_playing import (
    history_views,
    loan_views,
    managed_views,
    queue_views,
    quiet_views,
    sleep_views,
    views,
)
from spotweb.jobs.views import job_notices

app_name = "player"

# What needs no more than its form; the names are those in now_playing.actions.
_COMMANDS = {
    "play": "player/play/",
    "pause": "player/pause/",
    "skip-to-next": "player/next/",
    "skip-to-previous": "player/previous/",
    "seek": "player/seek/",
    "skip-by": "player/skip/",
    "set-volume": "player/volume/",
    "set-shuffle": "player/shuffle/",
    "set-repeat": "player/repeat/",
    "play-from": "player/play-from/",
    "play-item": "player/play-item/",
    "shuffle-item": "player/shuffle-item/",
    "set-saved": "player/saved/",
    "play-next": "player/queue/next/",
}

urlpatterns = [
    path("player/", views.player_page, name="now"),
    path("find/", views.find_items, name="find-items"),
    path("find/forget/", views.delete_searches, name="forget-searches"),
    path("recent/", recently_played.recent_page, name="recent"),
    path("player/bar/", views.bar_part, name="bar"),
    path("player/devices/panel/", views.devices_panel, name="devices-panel"),
    path("player/queue/panel/", views.queue_panel, name="queue-panel"),
    *[path(address, views.command, {"name": name}, name=name) for name, address in _COMMANDS.items()],
    path("player/added/", queue_views.added_page, name="added"),
    path("player/queue/", queue_views.add_to_queue, name="add-to-queue"),
    path("player/skip-to/", queue_views.skip_to, name="skip-to"),
    path("player/queue/play/", queue_views.play_queued, name="play-queued"),
    path("player/lines/", queue_views.add_lines, name="add-lines"),
    path("player/lines/play/", queue_views.play_lines, name="play-lines"),
    path("player/saved/play/", queue_views.play_saved, name="play-saved"),
    path("player/saved/queue/", queue_views.queue_saved, name="queue-saved"),
    path("player/events/", history_views.events_page, name="events"),
    path("player/queues/", history_views.past_queues_page, name="past-queues"),
    path("player/queues/restore/", history_views.restore_queue, name="restore-queue"),
    path("player/queues/dismiss/", history_views.dismiss_replaced, name="dismiss-replaced"),
    path("player/sleep/", sleep_views.start_sleep_timer, name="start-sleep-timer"),
    path("player/sleep/cancel/", sleep_views.cancel_sleep_timer, name="cancel-sleep-timer"),
    path("player/kept/", managed_views.switch_managed, name="switch-managed"),
    path("player/kept/move/", managed_views.move_kept, name="move-kept"),
    path("player/kept/remove/", managed_views.remove_kept, name="remove-kept"),
    path("player/kept/clear/", managed_views.clear_kept, name="clear-kept"),
    path("player/keep/", queue_views.save_queue, name="keep-queue"),
    path("player/jobs/", job_notices, {"page": "player:now"}, name="jobs"),
    path("player/device/", views.choose_device, name="choose-device"),
    path("player/device/play/", views.play_on, name="play-on"),
    path("player/device/prefer/", views.prefer_device, name="prefer-device"),
    path("player/devices/", views.find_devices, name="look-for-devices"),
    path("player/speakers/ask/", loan_views.ask_for_speaker, name="ask-for-speaker"),
    path("player/speakers/play/", loan_views.play_through, name="play-through"),
    path("player/speakers/answer/", loan_views.answer_request, name="answer-loan"),
    path("player/speakers/stop/", loan_views.stop_borrowing, name="stop-borrowing"),
    path("player/speakers/reclaim/", loan_views.reclaim_speaker, name="reclaim-speaker"),
    path("player/speakers/own/", loan_views.show_own_player, name="show-own-player"),
    path("player/speakers/hide/", loan_views.hide_loan, name="hide-loan"),
    path("player/quiet-hours/", quiet_views.quiet_hours_page, name="quiet-hours"),
    path("player/quiet-hours/set/", quiet_views.set_quiet_hours, name="set-quiet-hours"),
    path("player/quiet-hours/<int:pk>/remove/", quiet_views.delete_quiet_hours, name="delete-quiet-hours"),
    path("player/premium/", views.try_premium, name="try-premium"),
]
