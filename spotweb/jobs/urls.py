from django.urls import path

from spotweb.jobs import views

app_name = "jobs"

# `page` is the name of the address of the page on which the notices stand.
urlpatterns = [
    path("activity/", views.activity_page, name="activity"),
    path("activity/<int:pk>/", views.manage_job, name="manage"),
    path("<str:page>/", views.job_notices, name="notices"),
    path("<str:page>/<int:pk>/cancel/", views.cancel_job, name="cancel"),
    path("<str:page>/<int:pk>/resume/", views.resume_job, name="resume"),
    path("<str:page>/<int:pk>/dismiss/", views.dismiss_job, name="dismiss"),
]
