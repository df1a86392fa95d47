"""What came out, as a picture: how many times as good as the reference, by a logarithmic scale. Pure."""

import math
from xml.sax.saxutils import escape

import report

ROW = 22
LEFT = 430
WIDTH = 960
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def goodness(cell, reference):
    """Above 1: better than the reference."""
    times = report.ratio(cell, reference)
    if not times:
        return None
    return times if cell.scenario.more_is_better else 1 / times


def bars(cells, reference):
    """Pairs of a label and how many times as good."""
    found = []
    for cell in cells:
        if cell.peer == reference or not cell.samples:
            continue
        same = [x for x in cells if x.scenario.name == cell.scenario.name and x.peer == reference]
        good = goodness(cell, same[0] if same else None)
        if good:
            found.append((f"{cell.scenario.title}: {cell.peer}", good))
    return found


def place(times):
    low, high = math.log(STEPS[0]), math.log(STEPS[-1])
    share = (min(max(math.log(times), low), high) - low) / (high - low)
    return LEFT + share * (WIDTH - LEFT - 60)


def svg(cells, reference):
    shown = bars(cells, reference)
    height = ROW * (len(shown) + 3)
    title = f"Times as good as {reference}"
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
           f'font-family="sans-serif" font-size="13"><title>{escape(title)}</title>'
           f'<rect width="{WIDTH}" height="{height}" fill="white"/><text x="10" y="18">{escape(title)}</text>']
    for step in STEPS:
        x = place(step)
        out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{ROW + 6}" y2="{height - ROW}" '
                   f'stroke="{"#444" if step == 1 else "#ddd"}"/>'
                   f'<text x="{x:.1f}" y="{height - 6}" text-anchor="middle" fill="#444">{step:g}</text>')
    for i, (label, times) in enumerate(shown):
        y = ROW * (i + 1) + 8
        x, one = place(times), place(1)
        out.append(f'<text x="{LEFT - 10}" y="{y + 13}" text-anchor="end">{escape(label)}</text>'
                   f'<rect x="{min(x, one):.1f}" y="{y}" width="{max(abs(x - one), 1):.1f}" height="{ROW - 6}" '
                   f'fill="{"#2a7ab0" if times >= 1 else "#b0562a"}"/>'
                   f'<text x="{max(x, one) + 5:.1f}" y="{y + 13}">{report.number(times)}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"
