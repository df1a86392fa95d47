"""Rows as a picture: one panel for each scenario, bars on a logarithmic scale of its own."""
import math
from xml.sax.saxutils import escape

import report

_WIDTH = 760
_NAMES = 150  # Where bars begin.
_BARS = 420  # Their longest.
_LINE = 22
_PANEL_HEAD = 44
_COLOURS = {
    "etcd": "#5b6770",
    "zookeeper": "#8a6d3b",
    "quorate": "#1f5fa8",
    "quorate-tls": "#2b7a78",
    "quorate-in-process": "#7a3e9d",
}


def panels_of(rows):
    """The rows of each scenario's first figure."""
    panels = {}
    for row in rows:
        figures = panels.setdefault(row.scenario, {})
        figures.setdefault(row.figure, []).append(row)
    return [next(iter(figures.values())) for figures in panels.values()]


def scale_of(panel):
    """The powers of ten that the scale begins and ends with."""
    values = [x for row in panel for x in (row.least, row.most) if x > 0] or [1]
    low = math.floor(math.log10(min(values)))
    high = math.ceil(math.log10(max(values)))
    # A value at the scale's beginning would have no bar.
    return (low - 1 if min(values) == 10.0**low else low), max(high, low + 1)


def _across(value, scale):
    low, high = scale
    if value <= 0:
        return _NAMES
    share = (math.log10(value) - low) / (high - low)
    return _NAMES + _BARS * min(1, max(0, share))


def _text(x, y, words, more=""):
    return f'<text x="{x:.0f}" y="{y:.0f}"{more}>{escape(words)}</text>'


def _bar(row, y, scale):
    end, least, most = (_across(x, scale) for x in (row.median, row.least, row.most))
    middle, width = y + 7, max(1, end - _NAMES)
    ratio = report.ratio_text(row)
    said = f"{report.median_text(row)}" + (f" ({ratio} × {report.BASELINE})" if ratio else "")
    colour = _COLOURS.get(row.system, "#444444")
    return [
        _text(_NAMES - 8, y + 11, row.system, ' text-anchor="end"'),
        f'<rect x="{_NAMES}" y="{y}" width="{width:.1f}" height="14" fill="{colour}"/>',
        f'<path d="M{least:.1f} {middle}H{most:.1f}" stroke="#000000" stroke-width="2"/>',
        _text(max(end, most) + 8, y + 11, said),
    ]


def power_text(power):
    """Ten to the power, with as many decimals as it needs."""
    return f"{10.0**power:,.{max(0, -power)}f}"


def _grid(scale, top, bottom):
    low, high = scale
    lines = []
    for power in range(low, high + 1):
        x = _across(10.0**power, scale)
        lines.append(f'<path d="M{x:.1f} {top}V{bottom}" stroke="#cccccc"/>')
        lines.append(_text(x, top - 4, power_text(power), ' text-anchor="middle" fill="#555555"'))
    return lines


def _described(rows):
    """The same in words, for those who don't see the picture."""
    return "; ".join(
        f"{row.scenario}, {row.system}: {report.median_text(row)} {row.figure.unit}" for row in rows
    )


def svg_text(rows, facts):
    """A whole SVG document."""
    panels = panels_of(rows)
    body, y = [], 60
    for panel in panels:
        scale = scale_of(panel)
        figure = panel[0].figure
        title = f"{panel[0].scenario}: {figure.unit}, {figure.better} is better"
        body.append(_text(12, y, title, ' font-weight="bold"'))
        top = y + _PANEL_HEAD - 16
        body += _grid(scale, top, top + _LINE * len(panel))
        for number, row in enumerate(panel):
            body += _bar(row, top + 4 + _LINE * number, scale)
        y = top + _LINE * len(panel) + 30
    mark = " ~: others used the processors, too." if any(row.noisy for row in rows) else ""
    described = _described([row for panel in panels for row in panel])
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y}" '
        f'viewBox="0 0 {_WIDTH} {y}" role="img" aria-labelledby="title desc" '
        'font-family="sans-serif" font-size="12" fill="#111111">',
        '<title id="title">quorate beside other systems on one machine</title>',
        f'<desc id="desc">{escape(described)}</desc>',
        f'<rect width="{_WIDTH}" height="{y}" fill="#ffffff"/>',
        _text(12, 20, "Medians as bars, least to most as lines; each scale is logarithmic." + mark),
        _text(12, 36, report.facts_text(facts), ' fill="#555555"'),
    ]
    return "\n".join([*head, *body, "</svg>"]) + "\n"
