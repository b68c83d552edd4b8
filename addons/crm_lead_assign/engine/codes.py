"""The words of a decision: stored as data, shown as text by the screens.

Their texts are in ``models/assignment_labels.py``.
"""

# What became of a lead in a run.
ASSIGNED = "assigned"
ALLOCATED = "allocated"
UNASSIGNED = "unassigned"
MERGED = "merged"
REASSIGNED = "reassigned"
CHANGED = "changed"
ERROR = "error"
OUTCOMES = (ASSIGNED, ALLOCATED, UNASSIGNED, MERGED, REASSIGNED, CHANGED, ERROR)

# By which rule the person was chosen.
CUSTOMER = "customer"
REPEAT = "repeat"
PREFERRED = "preferred"
ROUND_ROBIN = "round_robin"
OPEN_LOAD = "open_load"
WIN_RATE = "win_rate"
EXPLORATION = "exploration"
FALLBACK = "fallback"
RULES = (CUSTOMER, REPEAT, PREFERRED, ROUND_ROBIN, OPEN_LOAD, WIN_RATE, EXPLORATION, FALLBACK)

# By which rule the team was chosen.
TEAM_KEPT = "kept"
TEAM_ONLY = "only"
TEAM_CUSTOMER = "customer"
TEAM_REPEAT = "repeat"
TEAM_EXCLUSIVE = "exclusive"
TEAM_TERRITORY = "territory"
TEAM_SHARED = "shared"
TEAM_STUCK = "stuck"
TEAM_FALLBACK = "fallback"
TEAM_RULES = (
    TEAM_KEPT,
    TEAM_ONLY,
    TEAM_CUSTOMER,
    TEAM_REPEAT,
    TEAM_EXCLUSIVE,
    TEAM_TERRITORY,
    TEAM_SHARED,
    TEAM_STUCK,
    TEAM_FALLBACK,
)

# Why a member did not get the lead.
SKIP_ARCHIVED = "archived"
SKIP_PAUSED = "paused"
SKIP_NO_CAPACITY = "no_capacity"
SKIP_BROKEN = "broken_filter"
SKIP_AWAY = "away"
SKIP_COMPANY = "other_company"
SKIP_FILTER = "filter"
SKIP_LANGUAGE = "language"
SKIP_PREVIOUS = "previous_owner"
SKIP_CAPACITY = "capacity_used"
SKIP_PERSON_CAPACITY = "person_capacity_used"
SKIP_OPEN = "open_limit"
SKIP_NOT_PREFERRED = "not_preferred"
NOT_IN_TURN = "later_in_turn"
SKIPS = (
    SKIP_ARCHIVED,
    SKIP_PAUSED,
    SKIP_NO_CAPACITY,
    SKIP_BROKEN,
    SKIP_AWAY,
    SKIP_COMPANY,
    SKIP_FILTER,
    SKIP_LANGUAGE,
    SKIP_PREVIOUS,
    SKIP_CAPACITY,
    SKIP_PERSON_CAPACITY,
    SKIP_OPEN,
    SKIP_NOT_PREFERRED,
    NOT_IN_TURN,
)
#: These stand whatever the lead is; the others depend on it or pass with time.
NEVER_RECEIVES = frozenset({SKIP_ARCHIVED, SKIP_PAUSED, SKIP_NO_CAPACITY, SKIP_BROKEN})

# Why nobody got the lead, from "nothing fits" to "nothing stands in the way".
NO_TEAM = "no_team"
TEAM_SKIPPED = "team_skipped"
OWN_TEAM_CLOSED = "own_team_closed"
OWN_TEAM_SKIPPED = "own_team_skipped"
TEAM_NO_CAPACITY = "team_no_capacity"
TOO_OLD = "too_old"
NO_MEMBER = "no_member"
NO_LANGUAGE = "no_language"
NOBODY_AVAILABLE = "nobody_available"
CAPACITY_USED = "capacity_used"
OPEN_LIMIT = "open_limit"
RELEASED = "released"
WAITING = "waiting"
REASONS = (
    NO_TEAM,
    TEAM_SKIPPED,
    OWN_TEAM_CLOSED,
    OWN_TEAM_SKIPPED,
    TEAM_NO_CAPACITY,
    TOO_OLD,
    NO_MEMBER,
    NO_LANGUAGE,
    NOBODY_AVAILABLE,
    CAPACITY_USED,
    OPEN_LIMIT,
    RELEASED,
    WAITING,
)

# How a team chooses among those who may have the lead.
METHODS = (ROUND_ROBIN, OPEN_LOAD, WIN_RATE)
