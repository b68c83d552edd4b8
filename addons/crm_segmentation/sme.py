"""Size classes of companies after the European Union's definition, in plain Python.

Source: Commission Recommendation 2003/361/EC, Annex, Article 2: head count and turnover decide
together, and the higher class of the two counts. Without one of the figures the other decides.
"""

#: Classes with the head count below which they end, smallest first.
EMPLOYEES = (("micro", 10), ("small", 50), ("medium", 250))
#: Bands of yearly turnover in million euros, with the class each belongs to.
BANDS = (
    ("0_2", "micro"),
    ("2_10", "small"),
    ("10_50", "medium"),
    ("50_250", "large"),
    ("250_1000", "large"),
    ("1000", "large"),
)
CLASSES = ("micro", "small", "medium", "large")


def classify(employees, band):
    """Name the class of a company.

    :param employees: number of employees; 0 or None when not known
    :param band: code of ``BANDS``, or something false
    :return: one of ``CLASSES``, or False when nothing is known

    >>> classify(8, False), classify(8, "2_10"), classify(300, "0_2"), classify(0, False)
    ('micro', 'small', 'large', False)
    """
    found = []
    if employees and employees > 0:
        found.append(next((name for name, end in EMPLOYEES if employees < end), "large"))
    if band:
        found.append(dict(BANDS)[band])
    return max(found, key=CLASSES.index) if found else False
