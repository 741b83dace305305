"""The first page of outputs/: the finding of each key year, with its map."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from influence.files import write_text

_STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
li { margin: .6rem 0; }
small { opacity: .8; }
"""


def write_index(findings: Mapping[int, str], path: Path) -> None:
    """A plain page that links the map of each year, newest first, under its finding, and names the tables."""
    rows = "\n".join(
        f'<li><a href="maps/map_{year}.html">{escape(findings[year])}</a></li>'
        for year in sorted(findings, reverse=True)
    )
    write_text(
        path,
        f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Who pulls on whom</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Who pulls on whom</h1>
<p>Each page is one file that works without a network. A country's balance is +1 where only the first power pulls on it
and −1 where only the second does.</p>
<p><a href="atlas.html">The atlas</a> holds every year, scenario, lens and weight in one page;
<a href="network.html">the network</a> shows every year with the countries in fixed positions. Single years:</p>
<ul>
{rows}
</ul>
<p>Tables: <a href="tables/results.csv">results.csv</a> has every metric, country and year (<code>influence metrics
list</code> describes each metric). The same folder has the results as Parquet, slopes, crossings, turning points, ties
and graphs (GraphML, GEXF, JSON). <a href="manifest.json">manifest.json</a> records how everything was made.</p>
<p><small>Goods trade, defence pledges and trade agreements, without services. Sources and licences:
<code>influence cite</code>.</small></p>
</main>
</body>
</html>
""",
    )
