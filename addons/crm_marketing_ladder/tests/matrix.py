"""Who may do what: the table that the security tests and the documentation are made from.

One letter for each operation: c(reate) r(ead) u(pdate) d(elete).
"""

NEEDS = ("crm.pain", "crm.differentiator")
MESSAGES = ("crm.marketing.message", "crm.communication.goal")
DICTIONARIES = (*NEEDS, *MESSAGES)
CONTENTS = ("crm.content", "crm.content.task", "crm.content.publication")
LISTS = ("crm.marketing.list", "crm.content.limit")
CATALOGUES = ("crm.ladder.of.recognition", "crm.content.channel", "crm.content.format")
DIRECTORATES = ("crm.sales.directorate",)

# "own" are the records of the sales directorates that the user is a member of, "foreign" those of
# another one, "common" those of none.
# Each role: pains and differentiators, messages and goals, contents, lists and limits (own,
# foreign, common each), then directorates, then catalogues.
ALL, NOTHING = ("crud",) * 3, ("",) * 3
EDITS, KEEPS, READS = ("crud", "r", "r"), ("crud", "", "r"), ("r", "r", "r")
MATRIX = {
    "sales": (EDITS, EDITS, KEEPS, READS, "r", "r"),
    "manager": (EDITS, EDITS, KEEPS, EDITS, "r", "r"),
    "marketeer": (EDITS, EDITS, KEEPS, EDITS, "r", "cru"),
    "pam": (EDITS, EDITS, KEEPS, READS, "r", "r"),
    # As in the source system: neither creates nor edits pains and differentiators.
    "presale": (READS, EDITS, KEEPS, READS, "r", "r"),
    "certificate_manager": (EDITS, EDITS, KEEPS, READS, "r", "r"),
    "admin": (ALL, ALL, ALL, ALL, "crud", "crud"),
    "read_admin": (READS, READS, READS, READS, "r", "r"),
    # No CRM role at all.
    "internal": (NOTHING, NOTHING, NOTHING, NOTHING, "", ""),
    "portal": (NOTHING, NOTHING, NOTHING, NOTHING, "", ""),
    "public": (NOTHING, NOTHING, NOTHING, NOTHING, "", ""),
}
COLUMNS = (NEEDS, MESSAGES, CONTENTS, LISTS)

# What belongs to a deal. "own" is the user's own deal, "team" a colleague's deal in a sales
# directorate that the user is a member of, "foreign" a deal of another directorate.
#
#   who                     criteria           history            contents sent      deal itself
DEAL_MODELS = ("crm.lead.criterion", "crm.ladder.move", "crm.content.sending", "crm.lead")
DEAL_MATRIX = {
    # Odoo's "User: Own Documents Only" and "All Documents".
    "salesman": {
        "own": ("crud", "ru", "r", "cru"),
        "team": ("", "", "", ""),
        "foreign": ("", "", "", ""),
    },
    "salesman_all": {
        "own": ("crud", "ru", "r", "cru"),
        "team": ("crud", "ru", "r", "cru"),
        "foreign": ("crud", "ru", "r", "cru"),
    },
    "marketeer": {
        "own": ("r", "r", "r", "r"),
        "team": ("r", "r", "r", "r"),
        "foreign": ("", "", "", ""),
    },
    "read_admin": {
        "own": ("r", "r", "r", "r"),
        "team": ("r", "r", "r", "r"),
        "foreign": ("r", "r", "r", "r"),
    },
    "pam": {"own": ("",) * 4, "team": ("",) * 4, "foreign": ("",) * 4},
    "portal": {"own": ("",) * 4, "team": ("",) * 4, "foreign": ("",) * 4},
    "public": {"own": ("",) * 4, "team": ("",) * 4, "foreign": ("",) * 4},
}

LABELS = {
    "sales": "Salesperson",
    "manager": "Sales manager",
    "marketeer": "Marketeer",
    "pam": "Partner account manager",
    "presale": "Presale engineer",
    "certificate_manager": "Certificate manager",
    "admin": "CRM administrator, Settings",
    "read_admin": "Read-only administrator",
    "salesman": "Odoo: own documents only",
    "salesman_all": "Odoo: all documents",
}


def matrix_cells():
    """Unfold the table.

    :return: (role, model, whose, letter of the operation, allowed)
    """
    for role, (*columns, directorate, catalogue) in MATRIX.items():
        rights = {
            (model, whose): letters
            for models, column in zip(COLUMNS, columns, strict=True)
            for model in models
            for whose, letters in zip(("own", "foreign", "common"), column, strict=True)
        }
        for whose in ("own", "foreign"):
            rights["crm.sales.directorate", whose] = directorate
        for model in CATALOGUES:
            rights[model, "common"] = catalogue
        for (model, whose), letters in rights.items():
            for letter in "crud":
                yield role, model, whose, letter, letter in letters


def deal_cells():
    """Unfold the table of what belongs to deals.

    :return: (who, model, whose, letter of the operation, allowed)
    """
    for who, row in DEAL_MATRIX.items():
        for whose, rights in row.items():
            for model, letters in zip(DEAL_MODELS, rights, strict=True):
                for letter in "crud":
                    yield who, model, whose, letter, letter in letters


def _table(header, rows):
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in (header, *rows):
        for number, cell in enumerate(row):
            lines.append(f"   {'*' if not number else ' '} - {cell or '–'}")
    return "\n".join(lines) + "\n"


def as_rst():
    """Print both tables for the documentation."""
    rights = [
        (
            LABELS[role],
            *(" / ".join(letters or "–" for letters in column) for column in columns),
            directorate,
            catalogue,
        )
        for role, (*columns, directorate, catalogue) in MATRIX.items()
        if role in LABELS
    ]
    deals = [
        (
            LABELS[who],
            *(
                " / ".join(row[whose][column] or "–" for whose in ("own", "team", "foreign"))
                for column in range(len(DEAL_MODELS))
            ),
        )
        for who, row in DEAL_MATRIX.items()
        if who in LABELS
    ]
    return (
        _table(
            (
                "Own / another / no directorate",
                "Pains, differentiators",
                "Messages, goals",
                "Contents, tasks, publications",
                "Marketing lists, column limits",
                "Sales directorates",
                "Ladder steps, channels, formats",
            ),
            rights,
        ),
        _table(
            (
                "Own deal / a deal of the own directorate / another one",
                "Criteria",
                "Ladder history",
                "Contents sent",
                "The deal itself",
            ),
            deals,
        ),
    )
