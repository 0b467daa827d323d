"""What runs inside the user's kernel: `%%sql`, the observer, displays. Never imports the server."""
