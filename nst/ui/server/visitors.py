"""Who asks, and how much more one visitor may ask for."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

from nst.common.errors import UserError

PRIVATE = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 127.0.0.1"  # where the proxies of a Space are
MOST = 10_000  # visitors that are remembered


def proxies() -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of `NST_PROXIES`, whose word is taken for who asks; by default none, on a Space its own proxies."""
    named = os.environ.get("NST_PROXIES", PRIVATE if "SPACE_ID" in os.environ else "")
    try:
        return tuple(ip_network(each.strip(), strict=False) for each in named.split(",") if each.strip())
    except ValueError:
        raise UserError(f"NST_PROXIES must be addresses or networks with commas, not {named!r}.") from None


def accounts() -> list[tuple[str, str]] | None:
    """The names and passwords of `NST_AUTH`; None where everybody may come in."""
    named = os.environ.get("NST_AUTH", "")
    pairs = [tuple(each.strip().partition(":")[::2]) for each in named.split(",") if each.strip()]
    if not all(name and password for name, password in pairs):
        raise UserError("NST_AUTH must be a name and a password as in user:password, several with commas.")
    return [(name, password) for name, password in pairs] or None


@dataclass
class Allowance:
    """How much each visitor may have: `most` at once, and that much again in each `seconds`."""

    most: float
    seconds: float
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)  # how much, and when

    def left(self, visitor: str) -> float:
        now = time.monotonic()
        left, then = self._left.get(visitor, (self.most, now))
        return min(self.most, left + (now - then) * self.most / self.seconds)

    def take(self, visitor: str, much: float) -> bool:
        """Whether there is that much left, which is then taken."""
        left = self.left(visitor)
        if much > left:
            return False
        self._left.pop(visitor, None)  # to the end, so that whoever was not seen for long is forgotten
        self._left[visitor] = left - much, time.monotonic()
        while len(self._left) > MOST:
            del self._left[next(iter(self._left))]
        return True


class Visitors:
    """Tells visitors apart by their addresses, and counts what each has going on."""

    def __init__(self) -> None:
        self._proxies = proxies()
        self._at_once: Counter[str] = Counter()

    def of(self, scope: Scope) -> str:
        """The address of who asks. A proxy adds the address that it sees to the end of X-Forwarded-For."""
        address = str((scope.get("client") or ("",))[0])
        way = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        while self.is_proxy(address) and way and (before := way.pop().strip()):
            address = before
        seen = _address(address)
        # Who has one address of IPv6 has all that begin like it.
        return str(ip_network((seen, 64), strict=False)) if isinstance(seen, IPv6Address) else str(seen)

    def is_proxy(self, address: str) -> bool:
        seen = _address(address)
        return seen is not None and any(seen in network for network in self._proxies)

    @contextmanager
    def served(self, visitor: str) -> Iterator[int]:
        """How many requests of that visitor are being answered, with this one."""
        self._at_once[visitor] += 1
        try:
            yield self._at_once[visitor]
        finally:
            self._at_once[visitor] -= 1
            if not self._at_once[visitor]:
                del self._at_once[visitor]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        seen = ip_address(text)
    except ValueError:
        return None
    return seen.ipv4_mapped or seen if isinstance(seen, IPv6Address) else seen
