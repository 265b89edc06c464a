"""No text of a spec does anything in a reader's browser but stand there as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from browser.conftest import SEARCH, Hostile, Visit
from opsbook.markup import plain_text

OPEN = r"""
() => {
  const elements = new Set((
    "A ARTICLE B BLOCKQUOTE BR BUTTON CODE DD DEL DETAILS DIV DL DT EM FIELDSET FORM H1 H2 H3 H4 H5 H6 HR INPUT " +
    "KBD LABEL LEGEND LI NAV OL OPTION P PRE S SELECT SMALL TEXTAREA SPAN STRONG SUMMARY TABLE " +
    "TBODY TD TH THEAD TIME TR UL FIGURE " +
    "a circle ellipse g line path polygon rect svg text title tspan").split(" "));
  const attributes = new Set((
    "accept aria-describedby aria-hidden aria-labelledby data-opsbook-begun data-opsbook-decides " +
    "data-opsbook-row data-opsbook-stem aria-pressed data-opsbook-again data-opsbook-auto " +
    "data-opsbook-base data-opsbook-blame data-opsbook-blank data-opsbook-copied data-opsbook-do " +
    "data-opsbook-every data-opsbook-field data-opsbook-fill data-opsbook-filled data-opsbook-form " +
    "data-opsbook-group data-opsbook-hint data-opsbook-incident data-opsbook-label data-opsbook-late " +
    "data-opsbook-left data-opsbook-missing data-opsbook-name data-opsbook-names data-opsbook-needs " +
    "data-opsbook-next data-opsbook-no data-opsbook-off data-opsbook-out data-opsbook-process " +
    "data-opsbook-says data-opsbook-stage data-opsbook-tabs data-opsbook-words data-opsbook-yes hidden " +
    "name novalidate pattern readonly required rows value " +
    "aria-label aria-live class data-clipboard-target data-md-component data-md-type data-opsbook-column " +
    "autocapitalize autocomplete data-opsbook-ask data-opsbook-asked data-opsbook-confirm " +
    "data-opsbook-done data-opsbook-ends data-opsbook-locked data-opsbook-open data-opsbook-overdue " +
    "data-opsbook-pattern data-opsbook-progress data-opsbook-reset data-opsbook-rows data-opsbook-tick " +
    "data-opsbook-wrong data-opsbook-zoom-full data-opsbook-zoom-in data-opsbook-zoom-out " +
    "data-search-exclude datetime for href id open role spellcheck tabindex title type").split(" "));
  const drawn = new Set(
    ("aria-label class cx cy d direction height href points r rx ry tabindex transform viewBox width x x1 x2 " +
    "xmlns y y1 y2").split(" "));
  const size = /^--opsbook-[a-z]+: ?[0-9.]+(px)?;?$/;
  const found = [];
  for (const node of document.querySelectorAll("article.md-content__inner *")) {
    const known = node instanceof SVGElement ? drawn : attributes;
    if (!elements.has(node.tagName)) found.push(node.outerHTML.slice(0, 200));
    for (const { name, value } of node.attributes) {
      const ours = known.has(name) || (name === "style" && size.test(value));
      if (!ours) found.push(`${node.tagName} ${name}=${value}`);
    }
  }
  for (const node of document.querySelectorAll("*")) {
    for (const { name } of node.attributes) if (name.startsWith("on")) found.push(`${node.tagName} ${name}`);
  }
  const theirs = "form:not(.md-header__option, .md-search__form, .opsbook-form, .opsbook-incident form)";
  for (const node of document.querySelectorAll(`img, iframe, object, embed, base, ${theirs}`)) {
    if (!node.matches("iframe[src*=iframe-worker], iframe[hidden]")) found.push(node.outerHTML.slice(0, 200));
  }
  for (const node of document.querySelectorAll("[href], [src]")) {
    const { protocol } = new URL(node.getAttribute("href") ?? node.getAttribute("src"), location.href);
    if (!/^(file|https?|mailto|tel|data):$/.test(protocol)) found.push(node.outerHTML.slice(0, 200));
  }
  if (window.__pwned !== undefined) found.push("__pwned");
  return found;
}
"""
"""What there is in a page that neither opsbook nor the theme puts there."""

UNPRINTED = {
    "OperationalUrl.service",
    "Parameter.default",  # an example says more to a reader; the commands get the default
    "Parameter.pattern",
    "Section.choices",  # where the answer to a section is something else
    "Service.critical",
    *(
        "StepTest.setup",
        "StepTest.break_",
        "StepTest.dry_run",
        "ListTest.setup",
    ),  # for machines, as is where a value is found
    *("Capture.matches", "Capture.json_"),
}
"""Fields that no page prints."""

PLAIN = {"MessageField.title"}
"""Fields that are names of controls, in which nothing can be marked."""

FIXTURES = {"Call", "Commit", "Postgres", "Redis", "Repository", "Route", "Seed"}
"""Models of which no page prints more than their ids: what commands are tested against."""


def flat(text: str) -> str:
    return " ".join(text.split())


def test_pages_hold_texts_as_they_were_typed_and_nothing_else(hostile: Hostile, visit: Callable[..., Visit]) -> None:
    seen = visit(viewport={"width": 1280, "height": 900})
    found, text = {}, ""
    for name in hostile.pages:
        page = seen.open(hostile.url(name))
        found[name] = page.evaluate(OPEN)
        page.mouse.move(300, 300)
        page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
        text += flat(page.evaluate("document.body.innerText")) + "\n"
        if page.locator("[data-opsbook-off]").count():  # a question waits for the answer to another; paper has all
            page.emulate_media(media="print")
            text += flat(page.evaluate("document.body.innerText")) + "\n"
            page.emulate_media(media="screen")
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert seen.troubles == []
    missing = {
        f"{hostile.fields[mark]}: {typed}"
        for mark, typed in hostile.typed.items()
        if hostile.fields[mark] not in UNPRINTED
        and hostile.fields[mark].partition(".")[0] not in FIXTURES
        and flat(plain_text(typed) if hostile.fields[mark] in PLAIN else typed) not in text
    }
    assert missing == set()


@pytest.mark.parametrize("kind", ["system", "incident-process", "runbook", "checklist", "monitoring", "postmortem"])
def test_titles_show_as_typed_around_the_page(hostile: Hostile, visit: Callable[..., Visit], kind: str) -> None:
    (spec,) = [spec for spec in hostile.project.specs if spec.kind.name == kind]
    title = spec.document.title
    page = visit().open(hostile.url(spec.path.replace(".md", ".html")))
    assert title in flat(page.inner_text("h1"))
    plain = plain_text(title)
    assert plain in page.title()
    assert plain in flat(page.text_content("header.md-header") or "")
    assert plain in flat(page.text_content("nav.md-nav--primary") or "")


def test_search_shows_hostile_texts_as_typed(hostile: Hostile, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(hostile.url("index.html"))
    shown = ""
    for query in ("T0001T", "<script>", "onmouseover", "window"):
        page.fill(SEARCH, "")
        page.click(SEARCH)
        page.keyboard.type(query)
        page.wait_for_timeout(300)
        assert page.evaluate(OPEN) == []
        shown += flat(page.inner_text(".md-search-result__list"))
    page.wait_for_selector(".md-search-result__item")
    assert re.search(r"<script>\s*window.__pwned=1\s*</script>", shown)
    assert seen.troubles == []
