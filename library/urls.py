from django.urls import path

from library import saving_views

app_name = "library"
urlpatterns = [
    path("library/saved/", saving_views.set_saved, name="set-saved"),
]
