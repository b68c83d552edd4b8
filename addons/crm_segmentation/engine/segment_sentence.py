"""A domain in words: plain Python on the list form of a domain."""


def describe(items, phrase, words, negation):
    """Put a domain into words.

    :param list items: a domain as a list, in prefix notation
    :param phrase: function of one condition (name, operator, value) that returns its words
    :param dict words: what joins the sides: {"&": " and ", "|": " or "}
    :param str negation: how something is denied: "not ({})"
    :rtype: str
    """
    stack = []
    for item in reversed(_complete(items)):
        if item == "!":
            text, _join = stack.pop()
            stack.append((negation.format(text), None))
        elif item in ("&", "|"):
            sides = [stack.pop(), stack.pop()]
            texts = [f"({text})" if join not in (None, item) else text for text, join in sides]
            stack.append((words[item].join(texts), item))
        else:
            stack.append((phrase(*item), None))
    return stack.pop()[0] if stack else ""


def _complete(items):
    """Write the ``and`` between conditions that merely follow one another."""
    missing = 0
    for item in items:
        missing += -1 if item in ("&", "|") else 0 if item == "!" else 1
    return ["&"] * max(missing - 1, 0) + list(items)
