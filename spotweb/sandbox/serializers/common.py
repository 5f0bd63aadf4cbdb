"""What the JSON of every object shares: links, pictures, pages, and the two shapes of the two quota modes."""

from spotweb.sandbox.core.messages import Json, JsonObject

EMBEDDED = 50  # of what belongs to an object, so many come with it
_IMAGE_SIZES = (640, 300, 64)
_MARKETS = """
AD AE AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CG CH CI CL CM CO
CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR
HT HU ID IE IL IN IQ IS IT JM JO JP KE KG KH KI KM KN KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD
ME MG MH MK ML MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW
PY QA RO RS RW SA SB SC SE SG SI SK SL SM SN SR ST SV SZ TD TG TH TJ TL TN TO TR TT TV TW TZ UA UG US UY
UZ VC VE VN VU WS XK ZA ZM ZW
"""
MARKETS: tuple[str, ...] = tuple(_MARKETS.split())


class Shape:
    """Objects are built once and then shared: treat what comes out as frozen."""

    def __init__(self, base_url: str, *, is_extended: bool) -> None:
        self._base = base_url
        self.is_extended = is_extended

    def href(self, path: str) -> str:
        return f"{self._base}/v1{path}"

    def links(self, kind: str, thing_id: str) -> JsonObject:
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{thing_id}"},
            "href": self.href(f"/{kind}s/{thing_id}"),
            "id": thing_id,
        }

    def images(self, cover: str | None) -> list[Json]:
        if cover is None:
            return []
        return [
            {"height": size, "url": f"{self._base}/images/{cover}-{size}.svg", "width": size}
            for size in _IMAGE_SIZES
        ]

    def page(
        self, items: list[Json], *, path: str, total: int, limit: int, offset: int, query: str = ""
    ) -> JsonObject:
        """One page; `query` is what the links to its neighbours carry besides offset and limit."""
        address = self.href(path)

        def link(at: int) -> str:
            return f"{address}?offset={at}&limit={limit}{query}"

        return {
            "href": link(offset),
            "items": items,
            "limit": limit,
            "next": link(offset + limit) if limit and offset + limit < total else None,
            "offset": offset,
            "previous": link(max(0, offset - limit)) if limit and offset > 0 else None,
            "total": total,
        }
