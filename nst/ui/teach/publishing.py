"""A style that was learned goes to the Hub, into the account of a visitor who signs in, where the host has that on."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import gradio as gr

from nst.common.errors import UserError
from nst.publishing.card import LICENSES
from nst.publishing.collection import files_of, licensed, styles_in
from nst.publishing.hub import account, check_free, check_name, upload
from nst.quick.presets import presets_in, slug_of
from nst.ui import parts
from nst.ui.events import HIDDEN, PUBLISH, Update, handler
from nst.ui.quick.styling import Styling
from nst.ui.teach import naming
from nst.ui.teach.layout import Wall
from nst.ui.teach.learning import Visit

SIGN_IN = "Sign in with Hugging Face"
GONE = "This style is gone: files are deleted after about an hour."
AUDIENCE = {"Everybody": "public", "Only me": "private"}
# What a Space with OAuth has in its environment, and which of the scopes let somebody make a repository.
GIVEN = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL")
SCOPES = {"contribute-repos", "manage-repos"}
KEY = re.compile(r"tmp\w+/[a-z0-9-]+\.safetensors")  # a style in gradio's cache, as it is named in the address


@dataclass(frozen=True)
class Desk:
    """The components."""

    desk: gr.Accordion
    sign_in: gr.LoginButton
    repository: gr.Textbox
    license: gr.Dropdown
    audience: gr.Radio
    may_share: gr.Checkbox
    publish: gr.Button
    published: gr.HTML  # how far it is, and where it is then


@dataclass(frozen=True)
class Wish:
    """What a visitor wants, and says; from a browser, so it may be anything."""

    name: str
    license: str
    audience: str
    may_share: bool


def is_possible() -> bool:
    """Whether visitors can sign in: on a Space whose OAuth lets them make a repository.

    Elsewhere gradio would sign everybody in as who is logged in on the server.
    """
    scopes = os.environ.get("OAUTH_SCOPES", "").split()
    return (
        gr.utils.get_space() is not None
        and all(map(os.environ.get, GIVEN))
        and not SCOPES.isdisjoint(scopes)
        and all(map(find_spec, ("authlib", "itsdangerous")))
    )


def build(page: gr.Blocks, doors: gr.Tabs, wall: Wall, style: Styling, visit: gr.State) -> None:
    """What is on the page, below the name of a style, and its events."""
    desk = _lay_out()
    places = vars(wall) | vars(style) | vars(desk) | {"doors": doors}
    # To sign in leads away and back to a new page; the name of the style's file goes along.
    desk.sign_in.click(None, wall.download, None, js="noteTaught", **HIDDEN)
    hangs = [wall.start, wall.waiting, wall.made, wall.thumbnail, wall.name, wall.download, wall.status]
    gallery = [style.own, style.gallery, style.second]
    back = handler(come_back, places)
    page.load(back, [style.own, visit], [doors, desk.desk, *hangs, *gallery], queue=False, **HIDDEN)
    proposed = [desk.repository, desk.may_share, desk.published]
    wall.name.change(handler(propose, places), wall.name, proposed, queue=False, **HIDDEN)
    wish = [desk.repository, desk.license, desk.audience, desk.may_share]
    desk.publish.click(
        handler(publish, places), [visit, *wish], [desk.sign_in, desk.published], **PUBLISH, **HIDDEN
    )  # fmt: skip


def _lay_out() -> Desk:
    with gr.Accordion("Publish it on the Hub", open=False, elem_id="teach-publishing") as desk:
        gr.HTML(
            "<p>Others can paint with it then. It goes into a repository of your own account, for which you sign in. "
            "That opens this page anew: the style stays, what else you painted does not.</p>"
        )
        sign_in = gr.LoginButton(SIGN_IN, "Sign out ({})", size="md", elem_id="teach-sign-in")
        repository = gr.Textbox(label="Name of the repository", info="A new one in your account.", max_length=96)
        with gr.Row(elem_classes="pair"):
            licenses = [("Not stated", ""), *((each, each) for each in LICENSES if each != "unknown")]
            license = gr.Dropdown(
                licenses, value="", label="Licence", info="What others may do with it.", min_width=220
            )  # fmt: skip
            audience = gr.Radio(
                list(AUDIENCE.items()),
                value="public",
                label="Who sees it",
                info="The Hub lets you change it.",
                min_width=220,
            )
        may_share = gr.Checkbox(
            False,
            label="The painting may be shared",
            info="It is mine, or free, or I have leave: a style gives away the look of its painting.",
            elem_id="teach-may-share",
        )
        button = gr.Button("Publish", elem_id="teach-publish")
        published = gr.HTML(elem_id="teach-published")
    return Desk(desk, sign_in, repository, license, audience, may_share, button, published)


def propose(name: str) -> Update:
    """What changes with the style or its name: a repository called like it, to which nobody has agreed yet."""
    return {"repository": slug_of(name), "may_share": False, "published": ""}


def come_back(request: gr.Request, own: list[str], visit: Visit) -> Update:
    """The style that the address names, from before somebody signed in, hangs in the gallery again."""
    key = request.query_params.get("taught", "")
    path = Path(gr.utils.get_upload_folder(), key)
    if not (KEY.fullmatch(key) and path.is_file()):
        return {}
    [preset] = presets_in(path)
    visit.learned, visit.wish, visit.words = str(path), preset.title, "It is here again"
    return {**naming.rest(own, visit), "doors": gr.Tabs(selected="teach"), "desk": gr.Accordion(open=True)}


def publish(request: gr.Request, token: gr.OAuthToken | None, visit: Visit, *wish: str | bool) -> Iterator[Update]:
    """Publishes the latest style of the visit as `Wish` says; the line below the button tells of it."""
    if token is None:
        yield {"sign_in": SIGN_IN}  # that before may have expired
    try:
        with _one_at_a_time(request, visit):
            signed = token.token if token else ""
            for words in send(signed, Path(visit.hung), Wish(*wish)):  # type: ignore[arg-type]
                yield {"published": words}
    except UserError as error:
        yield {"published": f'<p role="alert">{html.escape(str(error))}</p>'}


def send(token: str, style: Path, wish: Wish) -> Iterator[str]:
    """Tells in HTML how far it is, and at last where the style is then.

    Raises `UserError` where that cannot be: nobody is signed in, or agreed that the painting may be shared, the name is
    taken or none, the Hub says no. Nothing is written then.
    """
    if not token:
        raise UserError("Sign in first: it is published with your account.")
    if wish.may_share is not True:
        raise UserError(
            "Nothing was published: a style gives away the look of its painting, so say that it may be shared."
        )
    if wish.license not in ("", *LICENSES):
        raise UserError(f"Licence cannot be {wish.license!r}. Choose one of {', '.join(LICENSES)}.")
    if not style.is_file():
        raise UserError(GONE)
    yield parts.status("Asking the Hub …")
    repo = f"{account(token)}/{str(wish.name).strip()}"
    check_name(repo)
    check_free(repo, token)
    yield parts.status("Painting photos that show it …", 1, 3)
    presets = [replace(each, slug=slug_of(each.title)) for each in licensed(styles_in(style), wish.license)]
    files = files_of(repo, presets)
    yield parts.status("Sending it to the Hub …", 2, 3)
    private = wish.audience != "public"
    address = upload(repo, files, "model", f"Style: {presets[0].title}", private=private, token=token)
    link = f'<a href="{html.escape(address)}" target="_blank" rel="noopener">{html.escape(repo)}</a>'
    yield parts.status(f"Published: {link}", 3, 3)


@contextmanager
def _one_at_a_time(request: gr.Request, visit: Visit) -> Iterator[None]:
    """One at a time; `UserError` for another, and for a page elsewhere that sends a visitor's browser here."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise UserError("Publish from this page itself.")
    if visit.publishes:
        raise UserError("A style is being published already: wait until it is there.")
    visit.publishes = True
    try:
        yield
    finally:
        visit.publishes = False
