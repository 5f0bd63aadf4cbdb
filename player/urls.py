from django.urls import path

from player import recent_views
from player.now_playing import bar_views, queue_views, saved_views, views

app_name = "player"
urlpatterns = [
    path("", views.now, name="now"),
    path("find/", views.find_items, name="find-items"),
    path("find/forget/", views.forget_searches, name="forget-searches"),
    path("player/added/", queue_views.added_page, name="added"),
    path("recent/", recent_views.recent_page, name="recent"),
    path("player/play/", views.play, name="play"),
    path("player/pause/", views.pause, name="pause"),
    path("player/next/", views.skip_to_next, name="skip-to-next"),
    path("player/previous/", views.skip_to_previous, name="skip-to-previous"),
    path("player/seek/", views.seek, name="seek"),
    path("player/skip/", views.skip_by, name="skip-by"),
    path("player/volume/", views.set_volume, name="set-volume"),
    path("player/shuffle/", views.set_shuffle, name="set-shuffle"),
    path("player/repeat/", views.set_repeat, name="set-repeat"),
    path("player/play-from/", views.play_from, name="play-from"),
    path("player/skip-to/", queue_views.skip_to, name="skip-to"),
    path("player/lines/", queue_views.add_lines, name="add-lines"),
    path("player/lines/play/", queue_views.play_lines, name="play-lines"),
    path("player/saved/play/", saved_views.play_saved, name="play-saved"),
    path("player/saved/queue/", saved_views.queue_saved, name="queue-saved"),
    path("player/keep/", queue_views.keep_queue, name="keep-queue"),
    path("player/jobs/", queue_views.jobs_part, name="jobs"),
    path("player/jobs/<int:pk>/cancel/", queue_views.cancel_job, name="cancel-job"),
    path("player/jobs/<int:pk>/dismiss/", queue_views.dismiss_job, name="dismiss-job"),
    path("player/jobs/<int:pk>/go-on/", queue_views.go_on_with_job, name="go-on-with-job"),
    path("player/queue/", views.add_to_queue, name="add-to-queue"),
    path("player/saved/", views.set_saved, name="set-saved"),
    path("player/bar/", bar_views.bar, name="bar"),
    path("player/device/", views.choose_device, name="choose-device"),
    path("player/device/play/", views.play_on, name="play-on"),
    path("player/device/prefer/", views.prefer_device, name="prefer-device"),
    path("player/play-item/", views.play_item, name="play-item"),
    path("player/shuffle-item/", views.shuffle_item, name="shuffle-item"),
    path("player/devices/", views.look_for_devices, name="look-for-devices"),
    path("player/premium/", views.try_premium, name="try-premium"),
]
