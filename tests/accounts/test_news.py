"""After an update each member is told once; who joins later needs no news."""

import pytest

from accounts import news


@pytest.fixture
def updated(ada):
    ada.member.seen_version = "0.2.0"
    ada.member.save()
    return ada


def test_a_newcomer_is_not_told(ada):
    assert "has been updated" not in ada.get("/household/").text


def test_after_an_update_each_member_is_told_until_they_have_seen_it(updated, ben):
    assert "has been updated" in updated.get("/household/").text
    answer = updated.client.post("/whats-new/seen/", {"show": "1", "next": "/household/"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/whats-new/"
    assert "has been updated" not in updated.get("/household/").text
    ben.member.seen_version = ""
    ben.member.save()
    assert "has been updated" in ben.get("/").text


def test_dismissing_leads_back(updated):
    answer = updated.post("/whats-new/seen/", {"next": "/household/"})
    assert answer["Location"] == "/household/"
    assert "has been updated" not in updated.get("/household/").text


def test_members_read_what_they_notice_and_the_owner_what_a_host_needs_too(ada, ben, settings):
    for person, is_owner in ((ada, True), (ben, False)):
        text = person.get("/whats-new/").text
        assert f"<h2>{settings.VERSION}" in text
        assert "<h2>0.1.0" in text
        assert "Play from the row" in text
        assert ("For hosts" in text) == is_owner
        assert ("<code>sudo make install-service</code>" in text) == is_owner
        assert 'href="docs/' not in text, "no link of a page leads to the docs"


@pytest.fixture
def changelog(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    news._read_news.cache_clear()
    yield tmp_path / "CHANGELOG.md"
    news._read_news.cache_clear()


def test_a_version_for_hosts_alone_is_no_news_for_members(changelog):
    changelog.write_text(
        "# Changelog\n\n## Unreleased\n\n### For hosts\n- A disk.\n\n"
        "## 9.9 (2026-12-01)\n- One.\n\n### Fixed\n- Two ([docs/a.md](docs/a.md)).\n"
    )
    assert [version.name for version in news.list_news(is_for_hosts=True)] == ["Unreleased", "9.9"]
    (version,) = news.list_news(is_for_hosts=False)
    assert [(section.title, section.is_folded) for section in version.sections] == [
        ("", False),
        ("Fixed", True),
    ]
    assert "<li>Two.</li>" in version.sections[1].html


def test_html_in_the_changelog_is_text(changelog):
    changelog.write_text("# Changelog\n\n## 9.9\n- <script>alert(1)</script>\n")
    (version,) = news.list_news(is_for_hosts=False)
    assert "<script>" not in version.sections[0].html
