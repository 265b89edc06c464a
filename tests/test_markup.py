"""Whatever stands in a spec, Markdown makes of it what its author may use, and nothing else."""

from __future__ import annotations

import re
import time
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown import Markdown  # type: ignore[import-untyped]  # Markdown ships no types
from mkdocs.utils.yaml import yaml_load
from selectolax.lexbor import LexborHTMLParser, LexborNode

from opsbook import markup

ROOT = Path(__file__).parents[1]
OURS: list[str | dict[str, object]] = yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))[
    "markdown_extensions"
]
ADOPTERS = [
    "abbr",
    "footnotes",
    "pymdownx.blocks.admonition",
    "pymdownx.blocks.details",
    "pymdownx.blocks.html",
    "pymdownx.caret",
    "pymdownx.details",
    "pymdownx.keys",
    "pymdownx.magiclink",
    "pymdownx.mark",
    "pymdownx.snippets",
    "pymdownx.tabbed",
    "pymdownx.tilde",
]
"""What others' sites have beside ours."""


def engine(*more: str) -> Markdown:
    """Python-Markdown as MkDocs sets it up."""
    names = [name for entry in OURS for name in (entry if isinstance(entry, dict) else [entry])]
    configs = {name: value for entry in OURS if isinstance(entry, dict) for name, value in entry.items()}
    return Markdown(extensions=[*names, *more], extension_configs=configs)


PLAIN_ENGINE = engine()
FULL_ENGINE = engine(*ADOPTERS)
ENGINES = pytest.mark.parametrize("markdown", [PLAIN_ENGINE, FULL_ENGINE], ids=["ours", "adopter's"])


def html(text: str, markdown: Markdown = PLAIN_ENGINE) -> str:
    return str(markdown.reset().convert(text))


def only(found: list[LexborNode]) -> LexborNode:
    (node,) = found
    return node


def visible(page: str) -> str:
    """What a reader sees of a piece of HTML, runs of white space as one."""
    return " ".join(only(LexborHTMLParser(f"<article>{page}</article>").css("article")).text().split())


@ENGINES
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            "*soft*, **strong** and ***both***",
            "<em>soft</em>, <strong>strong</strong> and <strong><em>both</em></strong>",
        ),
        ("Run `ls -l` now", "Run <code>ls -l</code> now"),
        ("`a < b && {c} | d`", "<code>a &#60; b &#38;&#38; &#123;c&#125; &#124; d</code>"),
        ("``a ` b``", "<code>a &#96; b</code>"),
        ("`__init__{}`", "<code>&#95;&#95;init&#95;&#95;&#123;&#125;</code>"),
        ("[Docs](https://example.com/a?b=1&c=2)", '<a href="https://example.com/a?b=1&amp;c=2">Docs</a>'),
        ("[`ls`](https://example.com/a_(b))", '<a href="https://example.com/a_%28b%29"><code>ls</code></a>'),
        ("[**Now**](../other.md#part)", '<a href="../other.md#part"><strong>Now</strong></a>'),
        ("[T](https://e.com 'a \"b\"')", '<a href="https://e.com" title="a &#34;b&#34;">T</a>'),
        ("[P](<tel:+34600100200>)", '<a href="tel:+34600100200">P</a>'),
        ("<https://example.com/x>", '<a href="https://example.com/x">https://example.com/x</a>'),
        ("<ops@example.com>", '<a href="mailto:ops@example.com">ops&#64;example&#46;com</a>'),
        (r"\*as typed\*", "&#42;as typed&#42;"),
        ("C:\\Users\\ops", "C:\\Users\\ops"),
        ("R&D &amp; more&hellip;", "R&amp;D &amp; more&hellip;"),
        ("[[nothing:here]]", "&#91;&#91;nothing&#58;here&#93;&#93;"),
    ],
)
def test_markdown_in_a_line(markdown: Markdown, typed: str, expected: str) -> None:
    assert html(markup.inline(typed), markdown) == f"<p>{expected}</p>"
    assert html(f"| a | b |\n| --- | --- |\n| {markup.cell(typed)} | x |", markdown).count(f"<td>{expected}</td>") == 1
    assert html(f"-   {markup.inline(typed)}", markdown) == f"<ul>\n<li>{expected}</li>\n</ul>"


@ENGINES
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("One\ntwo.\n\nThree: 3.", "<p>One\ntwo.</p>\n<p>Three: 3.</p>"),
        ("- a\n- b `x`", "<ul>\n<li>a</li>\n<li>b <code>x</code></li>\n</ul>"),
        (
            "- a\n    1. b\n    2. **c**",
            "<ul>\n<li>a<ol>\n<li>b</li>\n<li><strong>c</strong></li>\n</ol>\n</li>\n</ul>",
        ),
        ("> said\n> *so*", "<blockquote>\n<p>said\n<em>so</em></p>\n</blockquote>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr />\n<p>b</p>"),
        ("Word\n:   Its meaning", "<dl>\n<dt>Word</dt>\n<dd>Its meaning</dd>\n</dl>"),
        (
            "| a | b |\n|---|---|\n| `x|y` | *z* |",
            (
                "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
                "<td><code>x&#124;y</code></td>\n<td><em>z</em></td>\n</tr>\n</tbody>\n</table>"
            ),
        ),
    ],
)
def test_markdown_in_a_block(markdown: Markdown, typed: str, expected: str) -> None:
    assert html(markup.block(typed), markdown) == expected


@ENGINES
@pytest.mark.parametrize(
    "typed",
    [
        "```bash\nls <a> {b} && echo `c`\n```",
        "~~~ bash\nls <a> {b} && echo `c`\n~~~",
        "    ls <a> {b} && echo `c`",
        "Do this:\n\n```bash\nls <a> {b} && echo `c`\n```\nThen that.",
        "Do this:\n\n    ls <a> {b} && echo `c`\n\nThen that.",
        "1. Do this:\n\n    ```bash\n    ls <a> {b} && echo `c`\n    ```\n\n2. Then that.",
        "````\nls <a> {b} && echo `c`\n````",
        '``` {.bash title="x" onclick="y"}\nls <a> {b} && echo `c`\n```',
    ],
)
def test_blocks_of_code_keep_every_character(markdown: Markdown, typed: str) -> None:
    page = LexborHTMLParser(html(markup.block(typed), markdown))
    assert [node.text().strip("\n") for node in page.css("pre > code")] == ["ls <a> {b} && echo `c`"]


def test_a_list_goes_on_behind_its_code() -> None:
    page = html(markup.block("1. Do\n\n    ```bash\n    ls\n    ```\n\n    so.\n\n2. Then"))
    assert page.count("<ol>") == 1
    assert page.count("<li>") == 2


@ENGINES
@pytest.mark.parametrize(
    "text",
    [
        "cat <<-EOF\n\tindented\nEOF",
        'echo "--8<-- \\"pyproject.toml\\""\n--8<-- "pyproject.toml"',
        "{% include 'pyproject.toml' %}\n{!pyproject.toml!}",
        "```\n````\n</code></pre><script>window.__pwned = 1</script>",
        "~~~\n/// html | div\n::: opsbook\n<!-- -->",
        "",
        "\n\n  two lines above",
    ],
)
def test_code_is_shown_as_it_is(markdown: Markdown, text: str) -> None:
    page = LexborHTMLParser(html(f"before\n\n{markup.code(text, 'bash')}\n\nafter", markdown))
    assert [node.text().strip("\n") for node in page.css("pre > code")] == [text.strip("\n")]
    assert [node.text() for node in page.css("p")] == ["before", "after"]


HOSTILE_LINES = [
    "<script>window.__pwned = 1</script>",
    "<img src=x onerror=window.__pwned=1>",
    "</p></td></div><h1>Break</h1>",
    "<!-- hidden -->",
    "<![CDATA[ hidden ]]>",
    "<?php echo 1 ?>",
    "<mailto:x/onmouseover=window.__pwned=1>",
    "<https:x/onmouseover=window.__pwned=1>",
    "<tel:x/onmouseover=window.__pwned=1>",
    "![a picture](https://evil.example/track.png)",
    "![a picture][track]",
    "[click](<javascript:window.__pwned=1> 'x')",
    "[click](<https://e.com with blanks>)",
    "[click](javascript:window.__pwned=1)",
    "[click](vbscript:x)",
    "[click](data:text/html,x)",
    "[click](//evil.example)",
    "[click](file:///etc/passwd)",
    "Text { onclick=window.__pwned=1 }",
    "Text {: .md-overlay #_severities onclick=x }",
    "{{ config.site_name }} {% raw %} {# x #}",
    "[TOC]",
    "[a]: javascript:window.__pwned=1",
    "*[the]: replaced everywhere",
    "*[the] : replaced everywhere",
    "[^1]: a note",
    "[see][a]",
    "see[^1]",
    "# heading",
    "#heading",
    "####### heading",
    "::: opsbook.markup",
    "/// html | script",
    "/// details",
    "!!! danger",
    "!!! md-overlay",
    "??? md-overlay",
    "???+ note",
    "==== x",
    '=== "Tab"',
    "- a list",
    "+ a list",
    "* a list",
    "12. a list",
    "12) a list",
    "> a quote",
    ": a definition",
    "---",
    "- - -",
    "***",
    "===",
    '--8<-- "pyproject.toml"',
    ";--8<-- pyproject.toml",
    "a ` b",
    "a `` b ` c",
    "a | b || c",
    "ends with a backslash \\",
    "~~~",
    "```",
]


@ENGINES
@pytest.mark.parametrize("typed", HOSTILE_LINES)
def test_what_is_not_allowed_shows_as_typed(markdown: Markdown, typed: str) -> None:
    line, entry = markup.inline(typed), markup.cell(typed)
    assert visible(html(line, markdown)) == typed
    assert visible(html(f"## {line} {{ #here }}", markdown)) == f"{typed}¶"
    assert visible(html(f"-   {line}", markdown)) == typed
    page = LexborHTMLParser(html(f"| a | b |\n| --- | --- |\n| {entry} | {entry} |", markdown))
    assert [" ".join(node.text().split()) for node in page.css("td")] == [typed, typed]


@ENGINES
@pytest.mark.parametrize(
    "typed",
    [
        *(line for line in HOSTILE_LINES if not re.match(r"[-+*>]|1|: ", line)),
        "a\n===",
        "a\n---",
        "> a\n> ---",
        "a\n\n/// html | div\n\nb\n\n///",
        "a\n\n~~~\n\nnever closed",
        "a\n\n```bash\n\nnever closed",
        "a <div\nonclick=x>\n\nb",
        "[a\n]: javascript:x",
        "a ` b\n\nc ` d",
        "<details markdown>\n<summary>x</summary>\n</details>",
    ],
)
def test_what_is_not_allowed_shows_as_typed_in_a_block(markdown: Markdown, typed: str) -> None:
    page = html(f"before\n\n{markup.block(typed)}\n\nafter", markdown)
    expected = typed.replace("> ", "") if typed.startswith("> ") else typed
    assert visible(page) == " ".join(f"before {expected} after".split())
    assert LexborHTMLParser(page).css_first("h1, h2, .admonition, details, .footnote, .toc, .tabbed-set") is None


@pytest.mark.parametrize("typed", ["a\x02b", "a\x00b", "a\u202eb", "a\x7fb", "a\ud800b", "!\x02[a](https://b.example)"])
def test_what_cannot_be_shown_is_marked(typed: str) -> None:
    for text in (markup.inline(typed), markup.cell(typed), markup.block(typed), markup.code(typed)):
        page = html(text)
        assert "\ufffd" in page
        assert "<img" not in page


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://example.com/a", "https://example.com/a"),
        ("https://example.com/`a`|b<c>{d}", "https://example.com/%60a%60%7Cb%3Cc%3E%7Bd%7D"),
        ("https://example.com/?a&b;c", "https://example.com/?a&b;c"),
        ("mailto:ops@example.com", "mailto:ops@example.com"),
        ("tel:+34600100200", "tel:+34600100200"),
        ("tel:x/onclick=alert(1)//", "tel:x/onclick=alert%281%29//"),
        ("javascript:alert(1)", None),
        (" java\tscript:alert(1)", None),
        ("data:text/html,x", None),
        ("//evil.example", None),
        ("", None),
    ],
)
def test_an_address_is_linked_where_it_is_safe(target: str, expected: str | None) -> None:
    page = html(f"| a |\n| - |\n| {markup.link(target)} |")
    links = LexborHTMLParser(page).css("td a")
    assert [unescape(node.attributes["href"] or "") for node in links] == ([expected] if expected else [])
    assert visible(page) == f"a {' '.join(target.split())}".strip()
    assert LexborHTMLParser(page).css_first("td > :not(a)") is None


def test_references_are_resolved_in_texts_and_not_in_code() -> None:
    def resolve(target: str, text: str) -> str:
        return f"[{text or target}](there.md)"

    typed = "See [[runbook:a]] and [[ b | the b ]], not `[[c]]` or \\[[d]]"
    assert html(markup.inline(typed, resolve)) == (
        '<p>See <a href="there.md">runbook:a</a> and <a href="there.md"> the b </a>, '
        "not <code>&#91;&#91;c&#93;&#93;</code> or &#91;&#91;d&#93;&#93;</p>"
    )


@pytest.mark.parametrize("text", ["Restart the queue, then look at it.", "Wait 10 % longer (about 3 s)."])
def test_plain_texts_are_left_alone(text: str) -> None:
    assert markup.inline(text) is text
    assert markup.block(text) is text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Restart `api` **now**", "Restart api now"),
        ("[Docs](https://example.com) of [[runbook:a|the a]] and [[runbook:b]]", "Docs of the a and b"),
        ("2 * 3 * 4 and snake_case", "2 * 3 * 4 and snake_case"),
        (r"a \*star\* and \`tick\`", "a *star* and `tick`"),
    ],
)
def test_plain_text_has_no_marks(typed: str, plain: str) -> None:
    assert markup.plain_text(typed) == plain


def test_a_title_stands_in_html_as_it_is() -> None:
    assert markup.html_text('`<b>` & "it\'s" **so**') == "&lt;b&gt; &amp; &quot;it's&quot; so"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Restart `api` [now](https://e.com) [[runbook:a|or b]]", "<p>Restart <code>api</code> now or b</p>"),
        ("a ](b) ![c](d) <https://e.com> |", "<p>a &#93;(b) c &#60;https&#58;"),
    ],
)
def test_the_text_of_a_link_has_no_links(typed: str, expected: str) -> None:
    assert html(markup.unlinked(typed)).startswith(expected)
    assert (
        LexborHTMLParser(html(f"[{markup.unlinked(typed)}](there.md)")).css_first("p > a[href='there.md']") is not None
    )
    assert "|" not in markup.unlinked(typed)


def test_references_in_code_are_code() -> None:
    text = "[[a]] `[[b]]` \\[[c]]\n\n```\n[[d]]\n```\n[[e|f]]"
    assert [(text[match.start() : match.end()], match[2]) for match in markup.references(text)] == [
        ("[[a]]", None),
        ("[[e|f]]", "f"),
    ]


def test_an_attribute_stays_within_its_quotes() -> None:
    typed = "\"'><script>{: onclick=x } | `a`\n&amp;"
    page = html(f'<p><input aria-label="{markup.attribute(typed)}"> x</p>')
    node = LexborHTMLParser(page).css_first("input")
    assert node is not None
    assert node.attributes == {"aria-label": typed}


@pytest.mark.whole
@pytest.mark.parametrize(
    "piece", ["[", "[a](", "`", "``a `b ", "~~~a\n", "```a\n", "[[a|", "<https://", "\n ", "> - ", "=\n"]
)
def test_no_text_takes_long(piece: str) -> None:
    start = time.process_time()
    markup.block(piece * 20_000)
    markup.inline(piece * 20_000)
    markup.plain_text(piece * 20_000)
    list(markup.references(f"{piece * 20_000}[[x]]"))
    assert time.process_time() - start < 3


# Properties

ELEMENTS = re.compile(
    "a|blockquote|br|code|dd|del|div|dl|dt|em|h1|h2|hr|ins|kbd|li|mark|ol|p|pre|span|strong|sub|sup|"
    "table|tbody|td|th|thead|tr|ul"
)
ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "code": set(),
    "div": {"class"},
    "h1": {"id"},
    "h2": {"id"},
    "kbd": {"class"},
    "pre": set(),
    "span": {"class", "id"},
    "td": {"style"},
    "th": {"style"},
}
CLASSES = re.compile(r"(?:headerlink|highlight|language-[\w+#-]*|[a-z]{1,3}\d?|keys|key-[\w-]*|magiclink[\w-]*|ours)")
SCHEMES = {"http", "https", "mailto", "tel", "ftp", "ftps", ""}
"""FTP comes from `pymdownx.magiclink`, which links addresses in texts."""

PIECES = st.sampled_from(
    [
        *"abc 12.,;:!?*_`~^=+-#|/\\()[]{}<>&\"'$%@",
        *("\n", "\n\n", "\t", "    ", "  \n", "\r", "\x02", "\x03", "\x0b", "\u2028", "é", "word "),
        *(
            "<script>",
            "</script>",
            "<img src=x onerror=y>",
            "<a href=",
            "<!--",
            "-->",
            "]]>",
            "<![CDATA[",
            "<?",
            "</p>",
        ),
        *("javascript:", "java&#115;cript:", "data:text/html,", "https://e.com", "//e.com", "www.e.com", "a@e.com"),
        *("{{ x }}", "{% x %}", "{: onclick=x }", "{ #x .y z=w }", "{:", "}"),
        *("](", "[[", "]]", "[x]", "[x]: ", "*[the]: ", "[^1]", "[^1]: ", "![", "[TOC]", "[x](y)", "[[a|b]]"),
        *("```", "````", "~~~", "```bash\n", "\n```\n", "``", "`x`", "--8<--", '--8<-- "x"', "8<-"),
        *(":::", "/// html | div", "///", "!!! x", "??? x", '=== "x"', "&#", "&lt;", "&#60;", "&#x3c;"),
        *(
            "> ",
            "> [x]: javascript:x",
            "\n- ",
            "\n1. ",
            "\n    ",
            "\n# ",
            "\n---\n",
            "\n===\n",
            "\n: ",
            "\n| a | b |\n|---|---|\n",
        ),
        *("**", "__", "~~", "==", "^^", "++", "++ctrl++", "<https://e.com>", "<mailto:x/onclick=y>", "<div markdown>"),
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=14).map("".join).filter(str.strip)


def page_of(first: str, second: str) -> str:
    """Two texts of a spec as templates lay them out, our own marks between them."""
    return f"""\
# {markup.inline(first)} {{ #one }}

<div class="ours" markdown>

Label
:   {markup.inline(first)}

Label
:   {markup.inline(second)}

</div>

-   {markup.inline(first)}
-   {markup.inline(second)}

| X | Y |
| --- | --- |
| <span id="row">**{markup.cell(first)}**</span> | {markup.cell(second)} |

{markup.block(first)}

## {markup.inline(second)} {{ #two }}

{markup.code(first, second)}

{markup.block(second)}

**End:** {markup.inline(first)}

The end.
"""


def faults(node: LexborNode) -> list[str]:
    """What an element has that no text may bring about."""
    tag = node.tag or ""
    found = [] if ELEMENTS.fullmatch(tag) else [f"<{tag}>"]
    for name, value in node.attributes.items():
        if name not in ATTRIBUTES.get(tag, ()):
            found.append(f"<{tag} {name}>")
        if name == "class" and not all(CLASSES.fullmatch(word) for word in (value or "").split()):
            found.append(f"<{tag} class={value!r}>")
        if name == "style" and not re.fullmatch(r"text-align: (?:left|right|center);", value or ""):
            found.append(f"<{tag} style={value!r}>")
        if name == "href":
            address = re.sub(r"[\x00-\x20]", "", unescape(value or ""))
            scheme = re.match(r"([^/?#]*?):", address)
            if (scheme[1].lower() if scheme else "") not in SCHEMES or re.match(r"[\\/]{2}", address):
                found.append(f"<{tag} href={value!r}>")
    return found


@ENGINES
@settings(max_examples=600)
@given(first=TEXTS, second=TEXTS)
def test_no_text_injects_anything(markdown: Markdown, first: str, second: str) -> None:
    page = LexborHTMLParser(f"<article>{html(page_of(first, second), markdown)}</article>")
    article = only(page.css("article"))
    assert [fault for node in article.css("*") if node != article for fault in faults(node)] == []
    assert Counter(node.tag for node in article.css("h1, h2")) == {"h1": 1, "h2": 1}
    assert [node.attributes.get("id") for node in article.css("[id]")] == ["one", "row", "two"]
    assert len(article.css("div.ours > dl > dt")) == len(article.css("div.ours > dl > dd")) == 2
    assert len(only([row for row in article.css("tr") if row.css_first("#row")]).css("td")) == 2
    assert article.css("article > p")[-1].text() == "The end."
    assert article.css("article > ul")[0].css_first("li") is not None


@ENGINES
@settings(max_examples=300)
@given(st.text(st.sampled_from("abc 12.,;:!?/#|[]{}<>\"'$%@-é\n"), min_size=1, max_size=40))
def test_without_marks_a_text_shows_as_typed(markdown: Markdown, text: str) -> None:
    assume(not re.search(r"<\S+@|<https?:", text))
    typed = " ".join(text.split())
    assert visible(html(f"-   {markup.inline(text)}", markdown)) == typed
    page = LexborHTMLParser(html(f"| a | b |\n| - | - |\n| {markup.cell(text)} | x |", markdown))
    assert [" ".join(node.text().split()) for node in page.css("td")] == [typed, "x"]


@settings(max_examples=300)
@given(st.lists(st.sampled_from([*"ab `\\[]|\n", "[[a]]", "[[b|c]]", "```\n", "    ", "- "]), max_size=14).map("".join))
def test_every_reference_of_a_page_is_one_that_is_checked(text: str) -> None:
    resolved = set()

    def resolve(target: str, _: str) -> str:
        resolved.add(target)
        return ""

    markup.block(text, resolve)
    assert resolved <= {match[1].strip() for match in markup.references(text)}


@ENGINES
@settings(max_examples=300)
@given(TEXTS)
def test_literal_text_shows_as_typed_everywhere(markdown: Markdown, text: str) -> None:
    expected = " ".join(re.sub("[\x02\x03\x0b\u2028]", "\ufffd", text.replace("\r", "\n")).split())
    literal = markup.literal(text)
    row = f"| <code>{literal}</code> | [{literal}](there.md) | x: {literal} |"
    page = LexborHTMLParser(html(f"| a | b | c |\n| - | - | - |\n{row}", markdown))
    shown = [" ".join(node.text().split()) for node in page.css("td > code, td > a, td:last-child")]
    assert shown == [expected, expected, f"x: {expected}"]


def lines(text: str) -> list[str]:
    """The lines of code, without blanks that nobody sees."""
    return [line.rstrip() for line in re.sub(r"\A(?:[ \t]*\n)+", "", text.rstrip()).split("\n")]


@settings(max_examples=300)
@given(TEXTS)
def test_code_never_changes(text: str) -> None:
    shown = [node.text() for node in LexborHTMLParser(html(markup.code(text))).css("pre > code")]
    typed = re.sub("[\x02\x03\x0b\u2028]", "\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    assert [lines(code) for code in shown] == [lines(typed)]
