"""The only place with tornado and jupyter_server. Empty: importing it must cost nothing."""
