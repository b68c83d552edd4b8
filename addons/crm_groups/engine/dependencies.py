"""What depends on what: plain Python on a dict {node: nodes it needs}."""


def sort_by_need(needs):
    """Return the nodes so that each comes after those it needs (depth-first, no recursion).

    Needed nodes that are no keys are left out. Cost: linear in nodes and edges.

    :param dict needs: {node: iterable of needed nodes}
    :raises ValueError: when nodes need each other; the loop is its first argument
    """
    done, order = set(), []
    for start in needs:
        path, stack = [], [(start, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                path.pop()
                done.add(node)
                order.append(node)
            elif node in path:
                raise ValueError([*path[path.index(node) :], node])
            elif node in needs and node not in done:
                path.append(node)
                stack.append((node, True))
                stack.extend((needed, False) for needed in needs[node])
    return order


def find_loop(needs):
    """Return the nodes of a loop, its first node again at the end, or an empty list."""
    try:
        sort_by_need(needs)
    except ValueError as error:
        return error.args[0]
    return []
