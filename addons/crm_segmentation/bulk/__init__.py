"""What can be done to many records at once: one small class for each operation.

An operation of another addon is a subclass of :class:`Change` with :func:`register` above it; it
is offered where that addon is installed and its ``is_available`` says so. See :mod:`.change` for
what it has to say.
"""

from .change import Change, get_change_class, get_changes, register
from . import activity, archive, group, list_field, owner, relation, tag, team, type, watch
