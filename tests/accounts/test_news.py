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


def test_the_page_shows_the_changelog(ada, settings):
    text = ada.get("/whats-new/").text
    assert f"<h2>{settings.VERSION}" in text
    assert "<h2>0.1.0" in text
    assert "<code>/healthz</code>" in text


def test_html_in_the_changelog_is_text(settings, tmp_path):
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 9.9\n- <script>alert(1)</script>\n")
    settings.BASE_DIR = tmp_path
    news.render_news.cache_clear()
    try:
        assert "<script>" not in news.render_news()
    finally:
        news.render_news.cache_clear()
