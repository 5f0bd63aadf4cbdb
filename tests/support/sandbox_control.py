"""The simulated Spotify as tests see it: only what its control pages offer over HTTP."""

from typing import Any

import requests


class SandboxControl:
    def __init__(self, url: str) -> None:
        self.url = url
        self._http = requests.Session()
        self._http.trust_env = False

    def control(self, method: str, path: str, payload: Any = None) -> Any:
        """Call /__sandbox__/`path`; returns the parsed answer, None when it is empty."""
        answer = self._http.request(method, f"{self.url}/__sandbox__/{path}", json=payload, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        log = self.control("GET", "requests")["requests"]
        return [entry for entry in log if operation in (None, entry["operation"])]

    def forget_requests(self) -> None:
        self.control("DELETE", "requests")

    def fault(self, match: str, kind: str, **details: Any) -> None:
        """Misbehave from now on for the paths that `match`; later faults come on top."""
        self.control("PUT", "faults", [*self._faults(), {"match": match, "kind": kind, **details}])

    def _faults(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "faults") or [])

    def list_saved_tracks(self, member: str, count: int) -> list[str]:
        """The URIs that Spotify itself would list, newest first."""
        answer = self._http.get(
            f"{self.url}/v1/me/tracks",
            params={"limit": str(count)},
            headers={"Authorization": f"Bearer {self.tokens(member)['access_token']}"},
            timeout=60,
        )
        return [(row.get("track") or row["item"])["uri"] for row in answer.json()["items"]]

    def scene(self, member: str, **scene: Any) -> None:
        self.control("PUT", f"player/{member}", scene)

    def tokens(self, member: str, **wanted: Any) -> dict[str, Any]:
        tokens: dict[str, Any] = self.control("POST", "tokens", {"member": member, **wanted})
        return tokens
