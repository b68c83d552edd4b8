"""The suite's own launcher: environment, Odoo, PostgreSQL, databases, tests.

Modules that run before the virtual environment exists (``paths``, ``console``,
``locks``, ``processes``, ``environment``, ``uv``, ``odoo_source``, ``debian``) use
the standard library only; the others run inside the environment.
"""
