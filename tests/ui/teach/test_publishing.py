"""A style goes to a small Hub by the Hub's own client, with the visitor's token alone; or a sentence comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any
from urllib.parse import urlencode

import gradio as gr
import pytest
import torch
from gradio import oauth
from gradio.helpers import special_args
from hub import TOKEN, Hub
from huggingface_hub import ModelCard
from nets import random_style
from starlette.requests import Request

from nst import load_image, presets_in, stylize
from nst.common.errors import UserError
from nst.quick.checkpoints import save_style
from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import catalogue, to_record
from nst.training.thumbnails import thumbnail_of
from nst.ui import page
from nst.ui.teach import publishing
from nst.ui.teach.learning import Visit
from nst.ui.teach.publishing import AUDIENCE, GIVEN, Wish, come_back, is_possible, propose, publish, send

REPO = "someone/old-harbour"
WISH = Wish("old-harbour", "cc-by-4.0", "public", may_share=True)
VISITOR = gr.OAuthToken(TOKEN, "openid profile contribute-repos", 0)
SPACE = {
    "SYSTEM": "spaces", "SPACE_ID": "host/nst", "OAUTH_CLIENT_ID": "id", "OAUTH_CLIENT_SECRET": "secret",
    "OAUTH_SCOPES": "openid profile contribute-repos", "OPENID_PROVIDER_URL": "http://127.0.0.1:9",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network, path = random_style(), tmp_path_factory.mktemp("made") / "made.safetensors"
    save_style(path, network, to_record("Old harbour", thumbnail_of(network)))
    return path


@pytest.fixture
def style(uploads: Path, made: Path) -> Path:
    """A style of a visit, under another name than that of its file."""
    path = uploads / "tmp0123_abc" / "first-name.safetensors"
    path.parent.mkdir(parents=True)
    return copyfile(made, path)


@pytest.fixture
def guest(open_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """The Hub, to which the host's own token is of no use."""
    monkeypatch.setenv("HF_TOKEN", "hf_of-the-host")
    return open_hub


def asked(site: str = "same-origin", session: object = None, **query: str) -> gr.Request:
    """What comes with an event of the page."""
    scope = {"type": "http", "headers": [(b"sec-fetch-site", site.encode())], "query_string": urlencode(query).encode()}
    return gr.Request(Request(scope | ({"session": session} if session else {})))


def failure(style: Path, wish: Wish = WISH, token: str = TOKEN) -> str:
    with pytest.raises(UserError) as caught:
        list(send(token, style, wish))
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.endswith(".")
    assert TOKEN not in message
    return message


def test_what_is_published_is_there_for_all_to_paint_with(
    guest: Hub, style: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    *_, last = send(TOKEN, style, WISH)
    assert f'/{REPO}"' in last
    assert guest.commits == ["Style: Old harbour"]
    assert guest.repos.keys() == {f"models/{REPO}"}
    assert not guest.private
    assert ModelCard(guest.repos[f"models/{REPO}"]["README.md"].decode()).data.license == "cc-by-4.0"
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    there = presets_in(REPO)
    assert [(each.slug, each.title) for each in there] == [("old-harbour", "Old harbour")]
    photo, settings = load_image(catalogue()[0].thumbnail, 64), StylizeSettings("old-harbour")
    here = [replace(each, slug="old-harbour") for each in presets_in(style)]
    assert torch.equal(stylize(photo, settings, there), stylize(photo, settings, here))


@pytest.mark.parametrize("audience", [*AUDIENCE.values(), "?"])
def test_a_private_repository_is_private(guest: Hub, style: Path, audience: str) -> None:
    list(send(TOKEN, style, replace(WISH, audience=audience)))
    assert bool(guest.private) is (audience != "public")
    assert guest.commits


@pytest.mark.parametrize("said", [False, None, "yes", 1])
def test_nothing_is_published_that_may_not_be_shared(guest: Hub, style: Path, said: Any) -> None:
    assert "may be shared" in failure(style, replace(WISH, may_share=said))
    assert not guest.asked


def test_the_host_does_not_publish_for_who_is_not_signed_in(open_hub: Hub, style: Path) -> None:
    *_, last = publish(asked(), None, Visit(hung=str(style)), *vars(WISH).values())
    assert "Sign in first" in last["published"]
    assert "Sign in first" in failure(style, token="")
    assert not open_hub.asked


def test_a_licence_that_is_none_and_a_style_that_is_gone(guest: Hub, style: Path) -> None:
    assert "Licence cannot be 'mine'" in failure(style, replace(WISH, license="mine"))
    style.unlink()
    assert "is gone" in failure(style)
    assert not guest.asked


@pytest.mark.parametrize("name", ["", "  ", "a b", "a/b", "../a", "other/a", "a" * 97, "<b>"])
def test_a_name_that_is_none(guest: Hub, style: Path, name: str) -> None:
    assert "no name of a repository" in failure(style, replace(WISH, name=name))
    assert not guest.repos


def test_what_is_there_stays_as_it_is(guest: Hub, style: Path) -> None:
    guest.repos[f"models/{REPO}"] = {".gitattributes": b"", "README.md": b"Mine"}
    assert f"There is a repository {REPO} already" in failure(style)
    assert guest.repos == {f"models/{REPO}": {".gitattributes": b"", "README.md": b"Mine"}}
    assert not guest.commits


def test_a_token_that_the_hub_refuses(open_hub: Hub, style: Path) -> None:
    """That of the host, which would be taken, does not step in."""
    assert "refused the token (401)" in failure(style, token="hf_of-nobody")
    assert not open_hub.repos


@pytest.mark.parametrize("part", ["whoami", "api/models/", "create", "/commit/"])
def test_a_hub_that_is_ill(guest: Hub, style: Path, part: str) -> None:
    guest.answers[part] = 500
    assert "answered 500 (Not today)" in failure(style)
    assert not any(guest.repos.values())


@pytest.mark.parametrize("part", ["create", "/commit/"])
def test_a_token_that_may_not_write(guest: Hub, style: Path, part: str) -> None:
    guest.answers[part] = 403
    assert "refused the token (403)" in failure(style)
    assert not any(guest.repos.values())


@pytest.mark.parametrize("part", ["create", "/commit/"])
def test_a_line_that_breaks_in_the_middle(guest: Hub, style: Path, part: str) -> None:
    guest.cut_at = part
    assert "the connection to the Hub failed" in failure(style)
    assert not any(guest.repos.values())
    guest.cut_at = ""
    list(send(TOKEN, style, WISH))  # into the repository that is empty
    assert guest.commits == ["Style: Old harbour"]


def test_one_at_a_time(guest: Hub, style: Path) -> None:
    visit = Visit(hung=str(style))

    def begin(site: str = "same-origin") -> Iterator[dict[str, Any]]:
        return publish(asked(site), VISITOR, visit, *vars(WISH).values())

    first = begin()
    assert "Asking the Hub" in next(first)["published"]
    assert "published already" in next(begin())["published"]
    first.close()  # the visitor leaves
    assert "this page itself" in next(begin("cross-site"))["published"]
    assert not guest.repos
    *_, last = begin()
    assert REPO in last["published"]
    assert not visit.publishes


def test_what_goes_wrong_is_said_below_the_button(guest: Hub, style: Path) -> None:
    wish = replace(WISH, name="<b>")
    *_, last = publish(asked(), VISITOR, Visit(hung=str(style)), *vars(wish).values())
    assert "no name of a repository" in last["published"]
    assert "<b>" not in last["published"]


def test_another_style_or_name_wants_a_new_yes() -> None:
    assert propose("Old harbour") == {"repository": "old-harbour", "may_share": False, "published": ""}


def test_who_signed_in_finds_the_style_again(style: Path) -> None:
    visit = Visit()
    update = come_back(asked(taught=f"{style.parent.name}/{style.name}"), [], visit)
    assert update["name"] == update["gallery"][-1][1] == "Old harbour"
    [preset] = presets_in(visit.hung)
    assert preset.title == "Old harbour"


@pytest.mark.parametrize(
    "key", ["", "{}/other.safetensors", "../uploads/{}/{}", "{}/../{}/{}", "{}", "/{}/{}", "{}/{}\n"]
)
def test_no_other_file_is_found(style: Path, key: str) -> None:
    key = key.replace("{}/{}", f"{style.parent.name}/{style.name}").replace("{}", style.parent.name)
    assert come_back(asked(taught=key), [], Visit()) == {}


def test_it_is_possible_on_a_space_that_has_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_possible()
    for name, value in SPACE.items():
        monkeypatch.setenv(name, value)
    assert is_possible()
    for name in ("SYSTEM", "SPACE_ID", *GIVEN):
        with monkeypatch.context() as context:
            context.delenv(name)
            assert not is_possible()
    with monkeypatch.context() as context:
        context.setenv("OAUTH_SCOPES", "openid profile read-repos")
        assert not is_possible()
    monkeypatch.setattr(publishing, "find_spec", lambda name: None if name == "authlib" else name)
    assert not is_possible()


@pytest.mark.parametrize("on", [False, True])
def test_the_page_has_it_only_where_it_is_possible(on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SPACE.items() if on else ():
        monkeypatch.setenv(name, value)
        if name in GIVEN:  # gradio has read them
            monkeypatch.setattr(oauth, name, value)
    built = page.build()
    names = {str(each["props"].get("elem_id")) for each in built.get_config_file()["components"]}
    assert built.expects_oauth is on
    assert ({"teach-sign-in", "teach-publish", "teach-may-share"} <= names) is on
    assert any("publish" in name for name in names) is on
    wanting = [each.fn for each in built.fns.values() if each.fn and gr.utils.oauth_token_requirement(each.fn)]
    assert len(wanting) == on
    for function in wanting:
        signed_in = {"access_token": "hf_a", "scope": "", "expires_at": 1e12}
        given = special_args(function, [Visit()], asked(session={"oauth_info": signed_in}))[0]
        assert given[1].token == "hf_a"
        assert special_args(function, [Visit()], asked())[0][1] is None
