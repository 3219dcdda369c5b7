"""What HTTP answers: thin; each module lists its addresses in `urlpatterns`."""
