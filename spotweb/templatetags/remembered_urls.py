"""Django's `{% url %}` for all templates, which looks each address up once: a page names a hundred."""

from django import template
from django.template import Context
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from spotweb.web.page_urls import find_url

register = template.Library()


class RememberedURLNode(Node):
    def __init__(self, name: FilterExpression, variable: str | None) -> None:
        self._name, self._variable = name, variable

    def render(self, context: Context) -> str:
        try:
            url = find_url(self._name.resolve(context))
        except NoReverseMatch:
            if self._variable is None:
                raise
            url = ""
        if self._variable is None:
            return conditional_escape(url)
        context[self._variable] = url
        return ""


@register.tag("url")
def compile_url(parser: Parser, token: Token) -> Node:
    """An address with arguments stays as Django has it."""
    node: URLNode = parse_url(parser, token)
    if node.args or node.kwargs:
        return node
    return RememberedURLNode(node.view_name, node.asvar)
