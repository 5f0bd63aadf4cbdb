from django.urls import URLPattern

app_name = "playlists"
urlpatterns: list[URLPattern] = []
