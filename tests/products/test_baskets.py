"""Baskets and the files a user hands in: what is in them, and what is refused."""

from __future__ import annotations

import pytest

from influence.errors import ConfigError, SourceError
from influence.products.baskets import basket_labels, load_basket, load_baskets
from influence.products.files import longest_match, read_elasticities, read_product_names, with_sigma
from influence.products.store.engine import open_engine
from influence.products.store.layouts import REVISIONS

GOOD = """
baskets:
  own:
    title: Own
    source: us
    note: none
    labels: {'28': chemicals, '850511': magnets}
    codes: {HS92: ['280530', '850511'], HS17: ['28']}
    sectors: [C20]
"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="baskets.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


# ---- the bundled baskets ---------------------------------------------------------------------------------


def test_the_baskets_that_are_asked_for_are_there_and_cited():
    baskets = load_baskets()
    asked = {"semiconductors", "rare_earths", "batteries", "medicines", "food_grains", "energy", "arms"}
    assert asked <= set(baskets)
    for name in asked:
        assert len(baskets[name].source) > 20
    assert basket_labels(baskets)["280530"].startswith("rare-earth metals")


def test_a_basket_with_codes_has_them_in_every_revision():
    with_codes = {name: basket for name, basket in load_baskets().items() if basket.codes}
    assert len(with_codes) == 8
    for name, basket in with_codes.items():
        assert list(basket.codes) == ([*REVISIONS] if name != "lithium_ion" else ["HS12", "HS17", "HS22"]), name


@pytest.mark.parametrize(
    "name, revision, codes",
    [
        ("semiconductors", "HS92", ("8541", "8542")),
        ("semiconductors", "HS96", ("8541", "8542")),
        ("rare_earths", "HS12", ("280530", "2846", "850511")),
        ("batteries", "HS02", ("8507",)),
        ("medicines", "HS07", ("2941", "30")),
        ("food_grains", "HS12", ("1001", "1005", "1006", "1201")),
        ("energy", "HS02", ("2701", "2709", "2710", "2711")),
        ("arms", "HS96", ("93",)),
        ("lithium_ion", "HS12", ("850760",)),
        ("rare_earths", "HS92", ("280530", "2846", "850511")),
        ("batteries", "HS17", ("8507",)),
        ("medicines", "HS22", ("2941", "30")),
        ("food_grains", "HS92", ("1001", "1005", "1006", "1201")),
        ("energy", "HS17", ("2701", "2709", "2710", "2711")),
        ("arms", "HS92", ("93",)),
        ("lithium_ion", "HS17", ("850760",)),
    ],
)
def test_codes_are_those_of_the_nomenclature(name, revision, codes):
    assert load_basket(name).codes_of(revision) == codes


@pytest.mark.parametrize("revision", ["HS92", "HS96", "HS02", "HS07"])
def test_lithium_ion_has_no_code_before_2012(revision):
    expected = rf"'lithium_ion' has no codes in {revision}; it has them in HS12, HS17, HS22\. .* before HS 2012"
    with pytest.raises(ConfigError, match=expected):
        load_basket("lithium_ion").codes_of(revision)


def test_another_revisions_codes_are_not_taken_in_silence(written):
    with pytest.raises(ConfigError, match="'own' has no codes in HS12; it has them in HS92, HS17"):
        load_basket("own", written(GOOD)).codes_of("HS12")
    with pytest.raises(ConfigError, match="'electronics' has no codes in HS92; it has them in no revision"):
        load_basket("electronics").codes_of("HS92")


def test_a_sector_is_no_substitute_for_a_narrower_basket():
    assert load_basket("energy").require_sectors() == ("B05", "B06", "C19")
    with pytest.raises(
        ConfigError, match="'rare_earths' has no sectors, because those of the input-output table are wider"
    ):
        load_basket("rare_earths").require_sectors()


def test_an_unknown_basket_is_an_error_with_similar_names():
    with pytest.raises(ConfigError, match=r"no basket 'battery'\. .*Baskets: semiconductors, rare_earths"):
        load_basket("battery")


# ---- custom baskets --------------------------------------------------------------------------------


def test_a_custom_file(written):
    basket = load_basket("own", written(GOOD))
    assert basket.codes_of("HS92") == ("280530", "850511")
    assert basket.sectors == ("C20",)
    assert longest_match("280530", basket.labels) == "chemicals"


@pytest.mark.parametrize(
    "old, new, expected",
    [
        ("title: Own", "titel: Own", "unknown field 'titel'; fields are title, source"),
        ("source: us", "source: ''", "needs a text in the field source"),
        ("'280530', ", "280530, ", "must be a list of texts, codes in quotes"),
        ("'280530', ", "'2805300', ", "code '2805300' must be a text of 2, 4 or 6 digits"),
        ("'280530', ", "'280530', '280530', ", "lists '280530' twice"),
        ("'280530', ", "'280530', '2805', ", "lists 280530 and 2805, which includes it"),
        ("'280530', ", "'270900', ", "code 270900 has no label"),
        ("HS17: ['28']", "HS18: ['28']", "revision 'HS18' is not known; revisions are HS92"),
        ("HS17: ['28']", "HS17: []", "HS17 lists no code"),
        ("[C20]", "[C99]", "sector 'C99' is not known; goods sectors are A01"),
        ("[C20]", "[services]", "sector 'services' is not known"),
        ("{'28': chemicals, '850511': magnets}", "{28: chemicals}", "labels must give a text for each HS code"),
        ("baskets:", "basket:", "must hold 'baskets:' with a named entry each"),
        ("note: none", "note: none\n    note: two", "is duplicated"),
    ],
)
def test_a_faulty_file_is_refused(written, old, new, expected):
    assert old in GOOD
    with pytest.raises(ConfigError, match=expected):
        load_baskets(written(GOOD.replace(old, new)))


def test_a_basket_of_nothing_is_refused(written):
    with pytest.raises(ConfigError, match="needs codes or sectors"):
        load_baskets(written("baskets: {own: {title: a, source: b, note: c}}"))
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_baskets(written("x").with_name("absent.yaml"))


# ---- elasticities and names ------------------------------------------------------------------------------


def test_the_longest_code_of_a_file_of_elasticities_wins(written):
    import ibis
    import pyarrow as pa

    given = read_elasticities(written("product,sigma\n28,3\n280530,2.5\n0101,7\nC26,4\n", "sigma.csv"))
    assert given == {"28": 3.0, "280530": 2.5, "0101": 7.0, "C26": 4.0}
    products = ["280530", "280540", "010121", "C26", "C27", "270900"]
    with open_engine(threads=1) as engine:
        table = with_sigma(ibis.memtable(pa.table({"product": products})), given, 5.0)
        found = engine.to_pandas(table).set_index("product")["sigma"]
    assert list(table.columns) == ["product", "sigma"]
    assert found.loc[products].tolist() == [2.5, 3.0, 7.0, 4.0, 5.0, 5.0]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("product,sigma\n28,1\n", "sigma must be above 1"),
        ("product,sigma\n28,\n", "column sigma must be a finite number"),
        ("product,sigma\n28,many\n", "column sigma must be a finite number"),
        ("product,sigma\n28,2\n28,3\n", "2 rows repeat the same product"),
        ("product,sigma\n10121,2\n", "must be a code of 2, 4 or 6 digits"),
        ("product,elasticity\n28,2\n", "lacks column sigma"),
        ("product,sigma\n", "has no rows"),
    ],
)
def test_elasticities_that_cannot_be_are_refused(written, text, expected):
    with pytest.raises(SourceError, match=expected):
        read_elasticities(written(text, "sigma.csv"))


def test_names_of_the_publishers_list_get_their_zero_back(written):
    names = read_product_names(written('code,description\n10121,"Horses: live"\n280530,Rare earths \n', "names.csv"))
    assert names == {"010121": "Horses: live", "280530": "Rare earths"}
    with pytest.raises(SourceError, match="must be a code of 2, 4 or 6 digits"):
        read_product_names(written("code,description\n1,x\n", "names.csv"))
