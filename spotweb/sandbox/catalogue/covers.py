"""Covers drawn from a seed: flat shapes that look like records on a shelf, the same for the same seed."""

import random
from collections.abc import Callable
from functools import lru_cache

PALETTES = tuple(
    tuple(line.split())
    for line in (
        "#f4f1de #3d405b #e07a5f #81b29a #f2cc8f",
        "#ffcdb2 #6d6875 #b5838d #e5989b #fff1e6",
        "#1b1b3a #f7e7ce #ee4266 #3bceac #ffd23f",
        "#cad2c5 #354f52 #f4a259 #84a98c #2f3e46",
        "#fefae0 #283618 #dda15e #606c38 #bc6c25",
        "#0b132b #5bc0be #f0a6ca #6fffe9 #b8bedd",
        "#faf3dd #5e6472 #ffa69e #aed9e0 #b8f2e6",
        "#2b2d42 #ef233c #edf2f4 #8d99ae #d90429",
        "#f8edeb #7f5539 #d5bdaf #9c6644 #b08968",
        "#e9edc9 #463f3a #bc4749 #a7c957 #6a994e",
        "#14213d #fca311 #e5e5e5 #9db4c0 #5c6b73",
        "#ffe8d6 #3a0ca3 #f72585 #4361ee #b5179e",
    )
)

_SIDE = 640
Draw = Callable[[random.Random, tuple[str, ...]], str]


def _bands(rng: random.Random, ink: tuple[str, ...]) -> str:
    parts, x = [], rng.randint(0, 40)
    while x < _SIDE:
        width, top = rng.choice((28, 44, 70, 96)), rng.choice((8, 3, 210, 90, 320, 44))
        parts.append(f'<rect x="{x}" y="{top}" width="{width}" height="640" fill="{rng.choice(ink[1:])}"/>')
        x += width + rng.choice((4, 8, 16))
    return "".join(parts)


def _arcs(rng: random.Random, ink: tuple[str, ...]) -> str:
    x, y = rng.choice(((320, 640), (0, 640), (640, 640), (320, 320)))
    radii = range(620, 40, -rng.choice((60, 84, 110)))
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="{ink[i % 4 + 1]}"/>' for i, r in enumerate(radii)
    )


def _quarters(rng: random.Random, ink: tuple[str, ...]) -> str:
    parts = []
    for x in range(0, 640, 160):
        for y in range(0, 640, 160):
            parts.append(f'<rect x="{x}" y="{y}" width="160" height="160" fill="{rng.choice(ink[:3])}"/>')
            turn = rng.choice((0, 90, 180, 270))
            parts.append(
                f'<path transform="rotate({turn} {x + 80} {y + 80})" d="M{x} {y}a160 160 0 0 1 160 160H{x}Z" '
                f'fill="{rng.choice(ink[1:])}"/>'
            )
    return "".join(parts)


def _sun(rng: random.Random, ink: tuple[str, ...]) -> str:
    horizon, radius = rng.randint(330, 450), rng.randint(110, 190)
    waves = "".join(
        f'<rect y="{y}" width="640" height="{6 + (y - horizon) // 9}" fill="{ink[3]}"/>'
        for y in range(horizon + 24, 640, 34)
    )
    sun = f'<circle cx="{rng.randint(200, 440)}" cy="{horizon}" r="{radius}" fill="{ink[2]}"/>'
    return f'{sun}<rect y="{horizon}" width="640" height="{640 - horizon}" fill="{ink[1]}"/>{waves}'


def _portrait(rng: random.Random, ink: tuple[str, ...]) -> str:
    wide, tall = rng.randint(100, 130), rng.randint(130, 160)
    head = f'<ellipse cx="320" cy="280" rx="{wide}" ry="{tall}" fill="{ink[4]}"/>'
    eyes = "".join(f'<circle cx="{x}" cy="270" r="13" fill="{ink[1]}"/>' for x in (275, 365))
    bow = rng.choice((34, -22, 8))
    mouth = f'<path d="M280 345q40 {bow} 80 0" stroke="{ink[1]}" stroke-width="10" fill="none"/>'
    coat = f'<path d="M90 640q30-230 230-230t230 230Z" fill="{ink[2]}"/>'
    hat = f'<path d="M215 70h210v102h55v24H160v-24h55Z" fill="{ink[1]}"/>'
    hair = f'<path d="M190 250q130-210 260 0l-30-140h-200Z" fill="{ink[1]}"/>'
    return coat + head + eyes + mouth + rng.choice((hat, hair))


def _town(rng: random.Random, ink: tuple[str, ...]) -> str:
    parts, x = [f'<circle cx="{rng.randint(120, 540)}" cy="130" r="70" fill="{ink[2]}"/>'], 0
    while x < _SIDE:
        width, top = rng.randint(70, 130), rng.randint(200, 430)
        wall = rng.choice((ink[1], ink[3]))
        parts.append(f'<rect x="{x}" y="{top}" width="{width}" height="{_SIDE - top}" fill="{wall}"/>')
        parts.extend(
            f'<rect x="{wx}" y="{wy}" width="24" height="32" fill="{rng.choice((ink[0], ink[4], ink[2]))}"/>'
            for wx in range(x + 18, x + width - 30, 44)
            for wy in range(top + 26, 600, 58)
        )
        x += width
    return "".join(parts)


def _dots(rng: random.Random, ink: tuple[str, ...]) -> str:
    step = rng.choice((64, 80, 106))
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="{rng.randint(6, step // 2)}" fill="{rng.choice(ink[1:])}"/>'
        for x in range(step // 2, 640, step)
        for y in range(step // 2, 640, step)
    )


def _hills(rng: random.Random, ink: tuple[str, ...]) -> str:
    x, y, radius = rng.randint(100, 540), rng.randint(90, 200), rng.randint(30, 80)
    parts = [f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{ink[2]}"/>']
    for layer, y in enumerate(range(260, _SIDE, 90)):
        a, b = rng.randint(-120, 60), rng.randint(-60, 120)
        colour = ink[layer % 4 + 1]
        parts.append(f'<path d="M0 {y}C160 {y + a} 420 {y + b} 640 {y - 20}V640H0Z" fill="{colour}"/>')
    return "".join(parts)


def _record(rng: random.Random, ink: tuple[str, ...]) -> str:
    grooves = "".join(
        f'<circle cx="320" cy="320" r="{r}" fill="none" stroke="{ink[3]}" stroke-width="2"/>'
        for r in range(130, 270, 18)
    )
    label = "".join(
        f'<circle cx="320" cy="320" r="{r}" fill="{c}"/>' for r, c in ((100, ink[2]), (14, ink[0]))
    )
    frame = f'<rect x="{rng.randint(0, 30)}" y="600" width="580" height="14" fill="{ink[4]}"/>'
    return f'<circle cx="320" cy="320" r="280" fill="{ink[1]}"/>{grooves}{label}{frame}'


_DESIGNS: tuple[Draw, ...] = (_bands, _arcs, _quarters, _sun, _portrait, _town, _dots, _hills, _record)


@lru_cache(maxsize=512)
def draw_cover(seed: str, size: int) -> bytes:
    """An SVG of `size` × `size` pixels."""
    rng = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    ink = rng.choice(PALETTES)
    shapes = rng.choice(_DESIGNS)(rng, ink)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640" width="{size}" height="{size}">'
        f'<rect width="640" height="640" fill="{ink[0]}"/>{shapes}</svg>'
    ).encode()
