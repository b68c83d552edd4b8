"""Between the ORM and the engine: facts in, decisions out, both for many at once."""

from .facts import AssignmentFacts
from .matches import RuleMatches
from .process import AssignmentProcess
from .settings import AssignmentSettings
from .writer import AssignmentWriter
