"""How much processes grow: the mean of each figure in the first and the last quarter of the time, and the slope of a line through all."""


def mean(values):
    return sum(values) / len(values)


def slope(points):
    """Of the line of least squares through points (x, y)."""
    x, y = mean([p[0] for p in points]), mean([p[1] for p in points])
    spread = sum((p[0] - x) ** 2 for p in points)
    return sum((p[0] - x) * (p[1] - y) for p in points) / spread if spread else 0.0


def growth(points):
    """First quarter, last quarter, and growth by the hour, of points (seconds, figure); None where they are too few."""
    points = sorted(points)
    if len(points) < 8:
        return None
    began, ended = points[0][0], points[-1][0]
    quarter = (ended - began) / 4
    first, last = [v for t, v in points if t <= began + quarter], [v for t, v in points if t >= ended - quarter]
    return mean(first), mean(last), 3600 * slope(points)


def table(rows, names):
    """A row for each process and figure, of rows (seconds, process, figures); a figure may be None where it was not had."""
    print("\n| process | figure | first quarter | last quarter | by the hour |\n|---|---|---|---|---|")
    for process in sorted({row[1] for row in rows}):
        for i, name in enumerate(names):
            grown = growth([(at, figures[i]) for at, of, figures in rows if of == process and figures[i] is not None])
            if grown:
                print("| %s | %s | %.1f | %.1f | %+.1f |" % (process, name, *grown))
