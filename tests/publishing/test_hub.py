"""One commit with the Hub's own client against a small Hub on this machine, or a sentence and no commit."""

from __future__ import annotations

import socket

import pytest
from hub import TOKEN, Hub, use_endpoint
from huggingface_hub import constants

from nst.common.errors import UserError
from nst.publishing.hub import check_name, check_token, upload

FILES = {"README.md": b"# A\n", "nets/a.safetensors": b"weights" * 50_000}
REPO = "someone/styles"


def send() -> None:
    check_token()
    upload(REPO, FILES, "model", "Styles")


def failure() -> str:
    with pytest.raises(UserError) as caught:
        send()
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert len(message) < 200
    assert message.endswith(".")
    assert TOKEN not in message
    return message


def test_all_files_come_in_one_commit(open_hub: Hub) -> None:
    send()
    assert open_hub.repos == {f"models/{REPO}": FILES}
    assert open_hub.commits == ["Styles"]
    assert not open_hub.private


def test_folders_lose_what_is_there_no_more(open_hub: Hub) -> None:
    old = {"nets/old.safetensors": b"old", "mine.txt": b"mine", "netsuke/a.txt": b"x"}
    open_hub.repos[f"spaces/{REPO}"] = dict(old)
    upload(REPO, FILES, "space", "The app", folders=["nets"])
    del old["nets/old.safetensors"]
    assert open_hub.repos == {f"spaces/{REPO}": old | FILES}
    assert len(open_hub.commits) == 1


def test_a_private_repository_is_private_or_not_written(open_hub: Hub) -> None:
    upload(REPO, FILES, "model", "Styles", private=True)
    upload(REPO, {**FILES, "more.txt": b"more"}, "model", "More", private=True)
    assert open_hub.private == {f"models/{REPO}"}
    assert open_hub.commits == ["Styles", "More"]
    open_hub.private.clear()
    with pytest.raises(UserError, match="for everybody to see"):
        upload(REPO, {"secret.txt": b"secret"}, "model", "Secret", private=True)
    assert len(open_hub.commits) == 2


@pytest.mark.parametrize("repo", ["styles", "a/b/c", "/b", "a/", "a b/c", "a/..", "https://a/b", "", "a/" + "b" * 97])
def test_what_is_no_name_is_refused(repo: str) -> None:
    with pytest.raises(UserError, match="OWNER/NAME") as caught:
        check_name(repo)
    assert len(str(caught.value).splitlines()) == 1


def test_names() -> None:
    for repo in ("a/b", "Some-one/my_styles.2"):
        check_name(repo)


def test_no_token(open_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", "/nowhere")
    assert "no token" in failure()
    assert not open_hub.asked


def test_a_token_that_the_hub_does_not_know(open_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of-nobody")
    assert "refused the token (401)" in failure()
    assert not open_hub.repos


@pytest.mark.parametrize("part", ["whoami", "create", "/commit/"])
@pytest.mark.parametrize(("status", "said"), [(403, "refused the token (403)"), (500, "answered 500 (Not today)")])
def test_an_answer_that_is_no_yes(open_hub: Hub, part: str, status: int, said: str) -> None:
    open_hub.answers[part] = status
    assert said in failure()
    assert not any(open_hub.repos.values())


@pytest.mark.parametrize("part", ["create", "/commit/", "validate-yaml"])
def test_a_line_that_breaks_in_the_middle(open_hub: Hub, part: str) -> None:
    open_hub.cut_at = part
    assert "the connection to the Hub failed" in failure()
    assert not any(open_hub.repos.values())
    open_hub.cut_at = ""
    send()
    assert open_hub.commits == ["Styles"]


def test_a_line_that_breaks_while_large_files_go(open_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)  # between its attempts
    open_hub.cut_at = "/objects/"
    assert "the connection to the Hub failed" in failure()
    assert open_hub.repos == {f"models/{REPO}": {}}


def test_large_files_by_the_newer_way(open_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
    open_hub.answers["xet-write-token"] = 403
    assert "the connection to the Hub failed" in failure()
    assert open_hub.repos == {f"models/{REPO}": {}}


def test_no_hub(open_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    use_endpoint(monkeypatch, f"http://127.0.0.1:{port}")
    assert "the connection to the Hub failed" in failure()


def test_a_hub_that_never_answers(open_hub: Hub, black_hole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nst.publishing.hub.PATIENCE", 0.3)
    use_endpoint(monkeypatch, black_hole)
    assert "the connection to the Hub failed" in failure()
