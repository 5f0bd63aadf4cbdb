"""The accounts service's pages: who may ask for what, and how the person's answer travels back."""

import pytest

from tests.sandbox.conftest import CALLBACK, CLIENT_ID, Box, names_in, sent_back


def test_the_page_names_the_app_the_people_and_what_is_asked(box: Box) -> None:
    answer = box.send("GET", box.authorize_path().replace("/authorize", "/login"))
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert names_in(answer.text) == ["Ada", "Ben", "Ines", "Willem", "Cleo"]
    for words in (
        "Simulated Spotify",
        CLIENT_ID,
        "See what is playing, and on which device",
        "Agree",
        "Cancel",
    ):
        assert words in answer.text
    assert box.send("GET", "/consent.css").status == 200


def test_an_unknown_browser_is_sent_to_the_login_first_whatever_it_asks(box: Box) -> None:
    answer = box.send("GET", box.authorize_path(client_id="bogus"))
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/login?")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"client_id": "bogus"}, "INVALID_CLIENT: Invalid client"),
        ({"client_id": None}, "INVALID_CLIENT: Invalid client"),
        ({"redirect_uri": CALLBACK.rstrip("/")}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": CALLBACK.upper()}, "INVALID_CLIENT"),
        ({"redirect_uri": "https://evil.example/cb"}, "INVALID_CLIENT: Invalid redirect URI"),
        (
            {"redirect_uri": CALLBACK.replace("127.0.0.1", "localhost")},
            "INVALID_CLIENT: Insecure redirect URI",
        ),
        ({"redirect_uri": "http://192.168.1.10:8000/cb"}, "INVALID_CLIENT: Insecure redirect URI"),
        ({"redirect_uri": None}, "INVALID_CLIENT"),
        ({"response_type": None}, "response_type must be code"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"scope": "read-minds"}, "INVALID_SCOPE"),
        ({"code_challenge_method": "plain"}, "code_challenge_method must be S256"),
    ],
)
def test_a_wrong_request_stays_here_as_plain_text(
    box: Box, changes: dict[str, str | None], text: str
) -> None:
    for answer in (
        box.send("GET", box.authorize_path(**changes).replace("/authorize", "/login")),
        box.agree(**changes),
    ):
        assert answer.status == 400
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "Location" not in answer.headers
        assert text in answer.text


def test_a_loopback_address_registered_without_a_port_takes_any(box: Box) -> None:
    answer = box.agree(redirect_uri="http://127.0.0.1:54321/portless")
    assert answer.headers["Location"].startswith("http://127.0.0.1:54321/portless?code=")
    assert box.agree(redirect_uri="http://127.0.0.1:54321/portless/").status == 400


def test_agreeing_sends_a_code_and_the_state_back(box: Box) -> None:
    told = sent_back(box.agree())
    assert told["state"] == "s t&te"
    assert len(told["code"]) > 100


def test_cancelling_sends_access_denied_and_the_state_back(box: Box) -> None:
    assert sent_back(box.agree(answer="cancel")) == {"error": "access_denied", "state": "s t&te"}


def test_agreeing_without_choosing_asks_again(box: Box) -> None:
    answer = box.agree(member="")
    assert answer.status == 200
    assert "Choose who you are first." in answer.text


def cookie_of(box: Box, member: str = "ada") -> str:
    return str(box.agree(member).headers["Set-Cookie"]).partition(";")[0]


def test_consent_is_remembered_for_the_scopes_that_were_agreed_to(box: Box) -> None:
    cookie = {"Cookie": cookie_of(box)}
    assert "code" in sent_back(box.send("GET", box.authorize_path(), headers=cookie))
    more = box.send("GET", box.authorize_path(scope="user-read-private streaming"), headers=cookie)
    assert more.status == 200
    assert "Play music in the browser" in more.text


def test_show_dialog_asks_again_and_lets_another_person_sign_in(box: Box) -> None:
    cookie = cookie_of(box)
    page = box.send("GET", box.authorize_path(show_dialog="true"), headers={"Cookie": cookie})
    assert page.status == 200
    code = sent_back(box.agree("ben", cookie=cookie, show_dialog="true"))["code"]
    token = box.exchange_code(code).json["access_token"]
    me = box.send("GET", "/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json["display_name"] == "Ben"


def test_logging_out_forgets_the_browser(box: Box) -> None:
    answer = box.send("GET", "/logout", headers={"Cookie": cookie_of(box)})
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


def test_what_the_query_says_is_shown_as_text(box: Box) -> None:
    path = box.authorize_path(state='"><script>alert(1)</script>').replace("/authorize", "/login")
    assert "<script" not in box.send("GET", path).text
