from django.urls import include, path

from library import saving_views

app_name = "library"
urlpatterns = [
    path("", include("library.catalogue_urls")),
    path("library/saved/", saving_views.set_saved, name="set-saved"),
]
