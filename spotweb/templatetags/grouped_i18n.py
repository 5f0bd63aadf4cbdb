"""Django's tags of `{% load i18n %}`, with numbers in `{% blocktranslate %}` as members read them: 10,000.

A setting of Django's does that to every number of a template, and so to the ids and values within its tags.
What `{% translate %}` says is looked up once for each language: a page has more than a hundred of them.
"""

from typing import Any

from django.template import Context, Library
from django.template.base import Node, Parser, Token, TokenType
from django.templatetags import i18n
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from spotweb.web.texts.number_format import format_number

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class ReadableNumber(int):
    """Counts as a number, and is shown with separators."""

    def __html__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return format_number(int(self))


class _ReadableExpression:
    def __init__(self, resolve: Any) -> None:  # noqa: ANN401  # an expression of Django's, which has no types
        self._resolve = resolve

    def resolve(self, context: Context) -> object:
        value = self._resolve(context)
        return ReadableNumber(value) if type(value) is int else value


def translate_block(parser: Parser, token: Token) -> Any:  # noqa: ANN401  # Django's node, which has no types
    node: Any = i18n.do_block_translate(parser, token)
    tokens = [*node.singular, *(node.plural or ())]
    names = [one.contents for one in tokens if one.token_type == TokenType.VAR]
    plain = {
        name: _find(name) for name in names if name not in node.extra_context and name != node.countervar
    }
    node.extra_context = {
        **{name: _ReadableExpression(expression.resolve) for name, expression in node.extra_context.items()},
        **{name: _ReadableExpression(find) for name, find in plain.items()},
    }
    if node.counter:
        node.counter = _ReadableExpression(node.counter.resolve)
    return node


class RememberedTranslateNode(Node):
    """The words of a template itself: no variable, no filter."""

    def __init__(self, node: Any) -> None:  # noqa: ANN401  # Django's node, which has no types
        self._node, self._variable = node, node.asvar
        node.asvar = None
        self._words: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        words = self._words.get(language)
        if words is None:
            words = self._words[language] = self._node.render(context)
        if self._variable is None:
            return words
        context[self._variable] = words
        return ""


def translate_words(parser: Parser, token: Token) -> Node:
    node: Any = i18n.do_translate(parser, token)
    said = node.filter_expression
    is_fixed = said.var.literal is not None and not said.filters and node.message_context is None
    return RememberedTranslateNode(node) if is_fixed else node


def _find(name: str) -> Any:  # noqa: ANN401  # what a context holds
    return lambda context: context.get(name, SafeString(""))


register.tag("translate", translate_words)
register.tag("trans", translate_words)
register.tag("blocktranslate", translate_block)
register.tag("blocktrans", translate_block)
