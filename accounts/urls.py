from django.urls import include, path

from accounts import views
from accounts.sign_in import device_views
from accounts.sign_in import views as sign_in_views

# allauth looks its callback up by this name, outside any namespace.
callback = path(
    "accounts/spotify/login/callback/",
    sign_in_views.complete_sign_in,
    name="spotify_callback",
)

own = [
    path("accounts/login/", sign_in_views.login_page, name="login"),
    path("accounts/spotify/login/", sign_in_views.start_sign_in, name="start-sign-in"),
    path("accounts/paste/", sign_in_views.paste_answer, name="paste-answer"),
    path("accounts/reconnect/how/", sign_in_views.reconnect_page, name="reconnect-by-paste"),
    path("accounts/code/", device_views.code_page, name="enter-code"),
    path("accounts/code/use/", device_views.redeem_code, name="redeem-code"),
    path("accounts/try-again/", sign_in_views.retry_grant, name="retry-grant"),
    path("accounts/reconnect/", sign_in_views.reconnect_grant, name="reconnect"),
    path("accounts/logout/", sign_in_views.sign_out, name="sign-out"),
    path("accounts/forget/", sign_in_views.delete_last_member, name="delete-last-member"),
    path("accounts/theme/", views.choose_theme, name="choose-theme"),
    path("whats-new/", views.news_page, name="news"),
    path("whats-new/seen/", views.mark_news_seen, name="mark-news-seen"),
    path("household/sharing/", views.choose_sharing, name="choose-sharing"),
    path("household/", views.household_page, name="household"),
    path("household/devices/", device_views.sign_ins_page, name="sign-ins"),
    path("household/devices/another/", device_views.hand_over_page, name="hand-over"),
    path("household/devices/another/code/", device_views.offer_code, name="offer-code"),
    path("household/devices/others/", device_views.end_other_sign_ins, name="end-other-sign-ins"),
    path("household/devices/<str:sign_in_id>/", device_views.end_sign_in, name="end-sign-in"),
    path("household/backups/", views.make_backup, name="make-backup"),
    path("household/backups/<str:name>/", views.download_backup, name="download-backup"),
    path("household/leaving/", views.leaving_page, name="leaving"),
    path("household/leave/", views.leave_household, name="leave"),
    path("household/<int:member_id>/remove/", views.remove_member, name="remove-member"),
    path("household/setup/", views.setup_page, name="setup"),
    path("household/setup/examine/", views.examine_setup, name="examine-setup"),
    path("household/<int:member_id>/admit/", views.admit_member, name="admit-member"),
    path("household/<int:member_id>/refuse/", views.refuse_member, name="refuse-member"),
]

urlpatterns = [callback, path("", include((own, "accounts")))]
