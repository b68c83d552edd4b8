"""Between the ORM and the engine: facts in, decisions out, both for many at once."""

from .application import PreviewApplication
from .facts import AssignmentFacts
from .matches import RuleMatches
from .parts import get_parts
from .process import AssignmentProcess
from .recorder import OutOfTime
from .settings import AssignmentSettings
from .writer import AssignmentWriter
