"""The addresses of the bare site."""

from django.urls import path

from bench.floor_site import views

urlpatterns = [
    path("healthz", views.healthz),
    path("queue/", views.queue),
    path("tickets/<str:reference>/", views.ticket),
    path("tickets/", views.create),
]
