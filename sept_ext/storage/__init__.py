"""The only place with SQLAlchemy."""
