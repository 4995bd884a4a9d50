"""Data Docs and dbt docs on the desk: who may read them, and that a page can reach nothing outside its folder."""

import pytest

from desk.documentation import WAREHOUSE, judging_folder

JUDGING_PAGE = "/documentation/judging/ankang-2024/annual/index.html"
WAREHOUSE_PAGE = "/documentation/warehouse/index.html"


@pytest.fixture
def documented(signed):
    """A desk whose documentation was built: pages that say which they are."""
    store = signed.desk.store
    store.write_bytes(f"{judging_folder('ankang-2024', 'annual')}/index.html", b"<p>Data Docs</p>")
    store.write_bytes(f"{judging_folder('weihai-2022', 'annual')}/index.html", b"<p>Weihai</p>")
    store.write_bytes(f"{WAREHOUSE}/index.html", b"<p>dbt</p>")
    return signed


def test_the_list_names_what_was_built_and_only_the_visitor_s_cycles(documented):
    page = documented.client("steward").get("/documentation").text
    assert JUDGING_PAGE in page and WAREHOUSE_PAGE in page
    assert "weihai-2022" not in page


def test_without_documentation_the_list_says_so(signed):
    answer = signed.client("steward").get("/documentation")
    assert answer.status_code == 200 and answer.text.count("还没有生成") == 2


@pytest.mark.parametrize("user", ["steward", "signer", "viewer", "province", "admin"])
def test_who_sees_the_whole_cycle_reads_its_pages(documented, user):
    client = documented.client(user)
    assert client.get(JUDGING_PAGE).text == "<p>Data Docs</p>"
    assert client.get(WAREHOUSE_PAGE).text == "<p>dbt</p>"


@pytest.mark.parametrize("page", ["/documentation", JUDGING_PAGE, WAREHOUSE_PAGE])
def test_a_reporter_reads_none(documented, page):
    assert documented.client("ziyang").get(page).status_code == 403


def test_a_steward_of_another_place_reads_no_values_of_this_one(documented):
    client = documented.client("foreign")
    assert client.get(JUDGING_PAGE).status_code == 403
    assert client.get(WAREHOUSE_PAGE).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "..%2f..%2fwarehouse.duckdb",
        "%2e%2e/%2e%2e/warehouse.duckdb",
        "..%2fjudging%2fweihai-2022%2fannual%2findex.html",
        "%2fetc%2fpasswd",
        "..%5c..%5cwarehouse.duckdb",
        "index.html%00",
        "",
    ],
)
def test_nothing_outside_the_folder_can_be_asked_for(documented, path):
    client = documented.client("steward")
    assert client.get(f"/documentation/warehouse/{path}").status_code == 404
    assert client.get(f"/documentation/judging/ankang-2024/annual/{path}").status_code == 404


@pytest.mark.parametrize("page", [JUDGING_PAGE, WAREHOUSE_PAGE])
def test_a_page_is_html_that_may_reach_nothing(documented, page):
    headers = documented.client("steward").get(page).headers
    assert headers["content-type"].startswith("text/html")
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "http" not in policy
    assert ("script-src" in policy) == (page == WAREHOUSE_PAGE)
