"""One file for each kind of database, shared by the kernel and the server."""
