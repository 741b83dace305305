"""What cannot be served: one clear sentence on standard error, exit code 2, no traceback, nothing touched."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from influence.tables import datasets_dir
from tests.cli.calls import bytes_of, ended, refusal, shell

PULL = ("pull", "KOR", "--years", "2016")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("pull", "Atlantis"), "state 'Atlantis' is not known."),
        (("pull", "Phillipines"), "Did you mean Philippines"),
        (("pull", "European Union", "KOR"), "is not"),
        (("pull", ""), "state '' is not known"),
        (("pull", "<script>alert(1)</script>"), "is not known"),
        (("pull",), "Missing argument"),
        (("pull", "KOR", "--years", "1889"), "year 1889 is not in the panel; it covers 1990 to 2023."),
        (("pull", "KOR", "--years", "2010:2030"), "year 2024 is not in the panel"),
        (("pull", "KOR", "--years", "2016:2010"), "run backwards; write 2010:2016"),
        (("pull", "KOR", "--years", "lately"), "write 2016, 2000:2023 or 2004,2012"),
        (("pull", "KOR", "--years", ""), "are not understood"),
        ((*PULL, "--weights", "trade=-1"), "weights.trade must be a number of 0 or more, not -1"),
        ((*PULL, "--weights", "trade=0,alliance=0,agreement=0,troops=0"), "all layer weights are zero"),
        ((*PULL, "--weights", "trade=nan"), "must be a number of 0 or more, not nan"),
        ((*PULL, "--weights", "oil=1"), "weights: 'oil' is not known; allowed: trade"),
        ((*PULL, "--weights", "0.6"), "must look like trade=0.6,alliance=0.3"),
        ((*PULL, "--poles", "CHN"), "poles must be two or more"),
        ((*PULL, "--poles", "CHN,CHN"), "poles must differ"),
        ((*PULL, "--poles", "CHN,China"), "CHN"),
        ((*PULL, "--poles", "CHN,Atlantis"), "'Atlantis' is not known"),
        ((*PULL, "--poles", "CHN,china_hk_macao"), "share CHN"),
        ((*PULL, "--poles", "CHN,FJI", "--weights", "trade=0,alliance=1,agreement=0"), "has no ties with any state"),
        ((*PULL, "--base", "both"), "must be one of two_way, exports, imports, not 'both'"),
        ((*PULL, "--capability", "ships"), "must be one of gdp, cinc"),
        ((*PULL, "--json", "--csv"), "exclude each other"),
        ((*PULL, "--config", "absent.yaml"), "absent.yaml cannot be read: No such file"),
        ((*PULL, "--panel", "absent"), "cannot be read"),
        ((*PULL, "--what"), "No such option"),
        (("explain", "KOR"), "Missing option '--year'"),
        (("explain", "KOR", "--year", "2030"), "year 2030 is not in the panel"),
        (("explain", "Atlantis", "--year", "2016"), "'Atlantis' is not known"),
        (("explain", "tpp", "--year", "2016"), "state 'tpp' is not known. Did you mean tpp12?"),
        (("pull", "KOR", "--poles", "tpp,USA"), "pole 'tpp' is not known. Did you mean tpp12?"),
        (("export", "xlsx", "--states", "KOR,JPM", "--year", "2016"), "'JPM' is not known. Did you mean JPN"),
        (("map", "--year", "2016", "--region", "RCPE"), "'RCPE' is not known. Did you mean RCEP"),
        (("pull", "Koera"), "state 'Koera' is not known. Did you mean Korea"),
        (("explain", "KOR", "--year", "soon"), "not a valid integer"),
        (("map", "--year", "2030"), "year 2030 is not in the panel"),
        (("map", "--year", "2010:2012"), "a map shows one year"),
        (("map", "--year", "2016", "--region", "nowhere"), "'nowhere' is not known"),
        (("map", "--year", "soon"), "write 2016, 2000:2023"),
        (("atlas", "--region", "nowhere"), "'nowhere' is not known"),
        (("atlas", "--scenarios", "tpp_with_uss"), "there is no scenario 'tpp_with_uss'. Did you mean tpp_with_us"),
        (("atlas", "--scenarios", "absent.yaml"), "absent.yaml cannot be read"),
        (("atlas", "--tour", "two_hierarchy"), "there is no tour 'two_hierarchy'. Did you mean two_hierarchies"),
        (("atlas", "--tour", "absent.yaml"), "absent.yaml cannot be read"),
        (("figures", "pie"), "Invalid value"),
        (("figures", "--formats", "gif"), "must be some of svg, pdf, png, not 'gif'"),
        (("figures", "time", "--states", "KOR,JPN,AUS,VNM,IDN"), "one to four states, not 5"),
        (("figures", "time", "--states", "BRA"), "BRA is not among the states of asia_pacific"),
        (("figures", "map", "--year", "2030"), "year 2030 is not in the panel; it covers 1990 to 2023"),
        (("figures", "dumbbell", "--compare", "2016"), "must name two sides"),
        (("figures", "event", "--group", "nobody"), "'nobody' is not known"),
        (("report", "Atlantis"), "A report is on a state, a group (apec, asean"),
        (("report", "CHN"), "China has no balance in any year: it is a pole"),
        (("report", "KOR", "--year", "1066"), "South Korea has no balance in 1066; years with one: 1990 to 2023"),
        (("report", "asean", "--year", "1066"), "year 1066 is not in the panel"),
        (("report", "absent.yaml"), "absent.yaml cannot be read"),
        (("sensitivity", "Atlantis", "--year", "2016"), "'Atlantis' is not known"),
        (("sensitivity", "KOR"), "Missing option '--year'. For example: influence sensitivity KOR --year 2016\n"),
        (("metrics", "show"), "Missing argument 'NAME'. For example: influence metrics show pull_network\n"),
        (("sensitivity", "KOR", "--years", "2015:2016"), "Invalid value for '--year': '2015:2016' is not a valid"),
        (
            ("report", "KOR", "--out", "korea.docx"),
            "korea.docx is not the name of a page; it must end in .html or .htm.",
        ),
        (("atlas", "--out", "atlas.pdf"), "atlas.pdf is not the name of a page"),
        (("map", "--out", "map"), "map is not the name of a page"),
        (("sensitivity", "KOR", "--year", "2030"), "year 2030 is not in the panel; it covers 1990 to 2023"),
        (("sensitivity", "CHN", "--year", "2016"), "CHN is a pole in 2016"),
        (("sensitivity", "HKG", "--year", "2016"), "the alliance layer of HKG is missing in 2016"),
        (("pull", "KOR", "--draws", "-1"), "Invalid value"),
        (("pull", "KOR", "--draws", "99999"), "Invalid value"),
        (("pull", "KOR", "--workers", "-1"), "Invalid value"),
        (("compare", "2016", "2018", "--draws", "-1"), "Invalid value"),
        (("compare", "2016", "--draws", "2"), "Missing argument 'SECOND'"),
        (("run", "--scheduler", "nonsense"), "no Dask scheduler answers at nonsense"),
        (("sensitivity", "KOR", "--year", "2016", "--samples", "3"), "8 samples or more, not 3"),
        (("sensitivity", "KOR", "--year", "2016", "--metric", "pull_dirct"), "Did you mean pull_direct"),
        (("sensitivity", "KOR", "--year", "2016", "--metric", "bloc"), "bloc has no draws"),
        (("cite", "bacy"), "Did you mean baci"),
        (("data", "info", "--panel", "absent"), "cannot be read"),
        (("data", "check", "--panel", "absent"), "cannot be read"),
        (("data", "diff", "absent", "absent"), "cannot be read"),
        (("data", "build", "--raw", "absent", "--out", "new"), "absent"),
        (("data", "biuld"), "No such command"),
        (("rnu",), "there is no command 'rnu'. Did you mean run?"),
    ],
    ids=lambda value: " ".join(map(str, value))[:40] if isinstance(value, tuple) else None,
)
def test_one_sentence_says_what_and_what_is_allowed(arguments, message, tmp_path):
    assert message in refusal(ended(*arguments, cwd=tmp_path))


@pytest.mark.parametrize(
    "arguments", [("pull", b"\xff\xfe"), ("pull", "Phillipines"), (*PULL, "--poles", "CHN,Atlantis"), ("nonsense",)]
)
def test_a_shell_sees_the_same(arguments, tmp_path):
    printed = refusal(shell(*arguments, cwd=tmp_path))
    if all(isinstance(argument, str) for argument in arguments):
        assert printed == refusal(ended(*arguments, cwd=tmp_path))
    else:
        assert "is not known" in printed


@pytest.mark.parametrize(
    "content, message",
    [
        (b"wieghts: {trade: 1}\n", "entry 'wieghts' is not known. Did you mean weights?"),
        (b"weights: {trade: -1}\n", "must be a number of 0 or more"),
        (b"region: caf\xe9\n", "is not UTF-8 text"),
        (b"poles: [", "is not valid YAML"),
        (b"first_year: 2016-13-45\n", "is not valid YAML"),
        (b"pact_corrections: {nonsense: true}\n", "'nonsense' is not known"),
        (b"region: nowhere\n", "'nowhere' is not known"),
        (b"concentration: -1\n", "concentration must be a number above 0, not -1"),
        (b"draws: -5\n", "draws must be a whole number from 0 to 10,000, not -5"),
        (b"fixed_sources: [wieghts]\n", "fixed_sources must be one of weights, flows"),
    ],
)
def test_a_bad_configuration_stops_a_run_and_nothing_is_touched(content, message, tmp_path):
    (tmp_path / "config.yaml").write_bytes(content)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "index.html").write_text("old", encoding="utf-8")
    before = bytes_of(tmp_path)
    assert message in refusal(ended("run", cwd=tmp_path))
    assert bytes_of(tmp_path) == before


# ---- a panel that breaks its promises ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def panel_copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("panels") / "panel"
    shutil.copytree(datasets_dir(), folder)
    return folder


def doubled(trade: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([trade, trade.head(2)])


def with_value(value: float):
    return lambda trade: trade.astype({"export_usd": float}).assign(
        export_usd=lambda t: t["export_usd"].where(t.index > 0, value)
    )


FAULTS = {
    "duplicated dyads": (doubled, "rows repeat a pair and year"),
    "negative flow": (with_value(-1.0), "export_usd"),
    "infinite flow": (with_value(np.inf), "export_usd"),
    "flow that is no number": (with_value(np.nan), "export_usd"),
    "wrong columns": (
        lambda trade: trade.rename(columns={"importer": "partner"}),
        "the schema wants exporter, importer",
    ),
    "unknown state": (lambda t: t.assign(exporter=t["exporter"].where(t.index > 0, "ZZZ")), "no state of the panel"),
    "unknown flag": (lambda t: t.assign(flag=t["flag"].where(t.index > 0, "guessed")), "none of observed"),
    "trade with itself": (lambda t: t.assign(exporter=t["importer"].where(t.index < 1, t["exporter"])), "with itself"),
    "text for numbers": (lambda trade: trade.assign(export_usd=trade["export_usd"].astype(str) + " USD"), "trade"),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_panel_that_breaks_its_promises_is_refused_with_the_rows(panel_copy, fault, tmp_path):
    spoil, printed = FAULTS[fault]
    path = panel_copy / "trade.parquet"
    whole = path.read_bytes()
    try:
        spoil(pd.read_parquet(path)).to_parquet(path, index=False)
        assert printed in refusal(ended(*PULL, "--panel", str(panel_copy), cwd=tmp_path))
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("size", [0, 1000], ids=["empty", "truncated"])
def test_a_truncated_file_is_refused_by_name(panel_copy, size, tmp_path):
    path = panel_copy / "pacts.parquet"
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:size])
        printed = refusal(ended(*PULL, "--panel", str(panel_copy), cwd=tmp_path))
    finally:
        path.write_bytes(whole)
    assert "pacts.parquet cannot be read" in printed
    assert "influence data build" in printed


def test_states_that_are_not_utf_8_are_refused_by_name(panel_copy, tmp_path):
    path = panel_copy / "curated" / "states.csv"
    whole = path.read_bytes()
    try:
        path.write_bytes(whole.decode("utf-8").encode("utf-16"))
        assert "states.csv cannot be read" in refusal(ended(*PULL, "--panel", str(panel_copy), cwd=tmp_path))
    finally:
        path.write_bytes(whole)


# ---- places that cannot be written --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [("run", "--out", "file"), ("run", "--out", "file/below"), ("map", "--year", "2016", "--out", "file/map.html"),
     ("atlas", "--out", "file/atlas.html"), ("report", "KOR", "--out", "file/x.html"), ("figures", "--out", "file"),
     ("compare", "2016", "2018", "--html", "--out", "file"),
     ("map", "--year", "2016", "--out", "x" * 250 + ".html"), ("data", "build", "--raw", ".", "--out", "file")],
    ids=["run", "run below", "map", "atlas", "report", "figures", "compare", "long name", "build"],
)  # fmt: skip
def test_a_place_that_cannot_be_written_is_named_and_unchanged(arguments, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    before = bytes_of(tmp_path)
    assert "cannot be written" in refusal(ended(*arguments, cwd=tmp_path))
    assert bytes_of(tmp_path) == before
