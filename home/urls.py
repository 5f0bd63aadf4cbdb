from django.urls import path

from home import views

# Without a namespace: `home` is where the whole app begins.
urlpatterns = [
    path("", views.home_page, name="home"),
    path("home/continue/", views.resumes_part, name="home-resumes"),
    path("home/listening/", views.listeners_part, name="home-listeners"),
    path("home/top/", views.top_part, name="home-top"),
    path("home/first-steps/close/", views.close_checklist, name="home-close-checklist"),
    path("home/first-steps/<slug:name>/done/", views.mark_step_done, name="home-mark-step-done"),
]
