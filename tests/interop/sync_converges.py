"""A sync converges on a SCIM server that we did not write: scim2-server, as it comes, and without
PATCH and with short pages. What it holds afterwards is compared with Atrium's files by this program.

Usage: sync_converges.py ATRIUMCTL
"""

import csv
import json
import socket
import subprocess
import sys
import tempfile
import unicodedata
import urllib.request
from pathlib import Path

from support import PROGRAMS, Failed, environment, expect, running, wait_for

TOKEN = "not-a-secret"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

FIRST = (
    "Zoë Łukasz Nuño Anaïs Björn Chloé Dražen Élodie Fátima Günther Håkon İpek José Katya Léa Møns "
    "Ngọc Øyvind Pádraig Quinn Renée Søren Tomáš Ümit Věra Wenche Ximena Yılmaz Zofia Aoife"
).split()
LAST = "O'Neill Żółkiewski Muñoz Lefèvre Ångström D'Souza Horvat van-Dyk Nowak Müller".split()
GROUPS = {"G1": "Library", "G2": "Café Köln", "G3": "Lab 1", "G4": "Stadium", "G5": "Residence"}


class Campus:
    """Atrium: who there is, and the two files that it exports."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.people: dict[str, dict[str, str]] = {}
        self.groups = dict(GROUPS)
        self.members: set[tuple[str, str]] = set()
        for at, first in enumerate(FIRST):
            person = self.add(f"{at:04}", first, LAST[at % len(LAST)])
            for every, group in enumerate(self.groups, start=1):
                if at % every == 0:
                    self.members.add((person, group))
        self.people["0007"]["status"] = "inactive"

    def add(self, campus_id: str, first: str, last: str) -> str:
        """Adds an active person."""
        plain = unicodedata.normalize("NFKD", f"{first}.{last}")
        plain = "".join(c for c in plain if c.isascii() and (c.isalnum() or c == ".")).lower()
        self.people[campus_id] = {
            "first_name": first,
            "last_name": last,
            "email": f"{plain}{campus_id}@campus.example",
            "title": "Lecturer" if int(campus_id) % 2 else "Student",
            "department": ["Art", "Biology", "Chemistry"][int(campus_id) % 3],
            "status": "active",
        }
        return campus_id

    def export(self) -> None:
        """Writes the files, one with a byte-order mark and one without."""
        columns = ["campus_id", *next(iter(self.people.values()))]
        rows = [[campus_id, *person.values()] for campus_id, person in self.people.items()]
        write(self.folder / "people.csv", "utf-8-sig", columns, rows)
        columns = ["campus_id", "access_group_id", "access_group_name"]
        rows = [[person, group, self.groups[group]] for person, group in sorted(self.members)]
        write(self.folder / "memberships.csv", "utf-8", columns, rows)


def write(path: Path, encoding: str, columns: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


class Server:
    """The foreign server, asked past our tool."""

    def __init__(self, url: str):
        self.url = url

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        request.add_header("Authorization", f"Bearer {TOKEN}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/scim+json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def all(self, path: str) -> list[dict]:
        found: list[dict] = []
        while True:
            page = self.call("GET", f"{path}?startIndex={len(found) + 1}&count=100")
            found += page.get("Resources", [])
            if len(found) >= page["totalResults"] or not page.get("Resources"):
                return found


class Tool:
    """atriumctl with a profile of its own."""

    def __init__(self, binary: str, folder: Path, url: str):
        self.binary = binary
        profile = folder / "config" / "profiles" / "default.toml"
        profile.parent.mkdir(parents=True)
        profile.write_text(
            '[atrium]\nfiles = ["../../people.csv", "../../memberships.csv"]\n'
            f'[command]\nscim_url = "{url}"\nemail_domains = ["campus.example"]\n'
        )
        self.env = environment(
            folder, ATRIUMCTL_CONFIG=str(folder / "config"), ATRIUMCTL_SCIM_TOKEN=TOKEN
        )

    def run(self, expected: int, *arguments: str) -> None:
        """Runs it and fails unless it ends with this code."""
        ran = subprocess.run(
            [self.binary, *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        if ran.returncode != expected:
            words = " ".join(arguments)
            raise Failed(f"{words}: {ran.returncode} in place of {expected}\n{ran.stdout}")


def seen(server: Server) -> tuple[dict, dict]:
    """Who and what the server holds of ours: people by campus id, members by group name."""
    ids: dict[str, str] = {}
    people: dict[str, dict] = {}
    for user in server.all("/Users"):
        campus_id = user.get("externalId", "").removeprefix("atrium:")
        if not campus_id or not user.get("active"):
            continue
        expect(campus_id not in people, f"{campus_id} is there twice")
        more = user.get(ENTERPRISE, {})
        ids[user["id"]] = campus_id
        people[campus_id] = {
            "first_name": user["name"].get("givenName"),
            "last_name": user["name"].get("familyName"),
            "email": user["userName"],
            "title": user.get("title", ""),
            "department": more.get("department", ""),
            "number": more.get("employeeNumber"),
        }
    groups: dict[str, set[str]] = {}
    for group in server.all("/Groups"):
        if not group.get("externalId"):
            continue
        name = group["displayName"]
        expect(name not in groups, f"group {name} is there twice")
        # Whose id is not among the active ones has left; Command freezes their groups.
        groups[name] = {ids[m["value"]] for m in group.get("members", []) if m["value"] in ids}
    return people, groups


def wanted(campus: Campus) -> tuple[dict, dict]:
    """What the server should hold, from Atrium's side."""
    people = {
        campus_id: {**{key: person[key] for key in person if key != "status"}, "number": campus_id}
        for campus_id, person in campus.people.items()
        if person["status"] == "active"
    }
    groups: dict[str, set[str]] = {name: set() for name in campus.groups.values()}
    for person, group in campus.members:
        if person in people:
            groups[campus.groups[group]].add(person)
    return people, groups


def compare(campus: Campus, server: Server, day: str) -> None:
    for what, has, should in zip(("people", "groups"), seen(server), wanted(campus)):
        wrong = {
            key: (has.get(key), should.get(key))
            for key in has.keys() | should.keys()
            if has.get(key) != should.get(key)
        }
        expect(not wrong, f"{day}: {what} differ, (has, should have): {wrong}")


def scenario(binary: str, folder: Path, url: str) -> None:
    campus, server, tool = Campus(folder), Server(url), Tool(binary, folder, url)
    user = server.call("POST", "/Users", {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "guard@campus.example",
        "name": {"givenName": "Night", "familyName": "Guard"},
        "active": True,
    })
    group = server.call("POST", "/Groups", {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Made by hand",
        "members": [{"value": user["id"]}],
    })
    by_hand = [f"/Users/{user['id']}", f"/Groups/{group['id']}"]
    by_hand = {path: server.call("GET", path) for path in by_hand}

    def sync(day: str, *arguments: str) -> None:
        campus.export()
        tool.run(0, "sync", "--yes", *arguments)
        tool.run(0, "diff", "--exit-code")
        compare(campus, server, day)

    campus.export()
    tool.run(3, "diff", "--exit-code")
    expect(seen(server) == ({}, {}), "a diff has written")
    sync("first sync")

    people = campus.people
    people["0002"]["status"] = "inactive"
    del people["0003"]
    campus.members = {(person, group) for person, group in campus.members if person != "0003"}
    people["0004"]["last_name"] = "Sjöström-Ångström"
    people["0005"]["title"] = "Professor"
    people["0006"]["title"] = ""
    people["0007"]["status"] = "active"
    campus.add("0030", "Nina", "Ørsted")
    campus.members |= {("0030", "G2"), ("0001", "G5")}
    campus.members -= {("0000", "G5"), ("0012", "G3")}
    campus.groups["G2"] = "Café Zürich"
    campus.groups["G6"] = "Pool"
    campus.members.add(("0008", "G6"))
    sync("a day later")

    people["0002"]["status"] = "active"
    people["0009"]["email"] = "guenther.mueller@campus.example"
    sync("two days later", "--reprovision", "0009")

    # What somebody changed in Command is seen, by this program too, and put right.
    drifted = next(u for u in server.all("/Users") if u.get("externalId") == "atrium:0011")
    server.call("PUT", f"/Users/{drifted['id']}", {**drifted, "title": "Janitor"})
    tool.run(3, "diff", "--exit-code")
    try:
        compare(campus, server, "drift")
    except Failed:
        sync("a drift put right")
    else:
        raise Failed("the comparison does not see a difference")

    # A closed building is held until it is allowed, and what is not held goes on.
    campus.members = {(person, group) for person, group in campus.members if group != "G4"}
    people["0010"]["title"] = "Dean"
    campus.export()
    tool.run(6, "sync", "--yes")
    people_now, groups_now = seen(server)
    expect(people_now["0010"]["title"] == "Dean", "what was not held was not done")
    expect(bool(groups_now["Stadium"]), "what was held was done")
    sync("a closed building", "--allow", "emptied-groups", "--allow", "memberships")

    for path, before in by_hand.items():
        expect(server.call("GET", path) == before, f"{path} was made by hand, and was changed")


def try_server(binary: str, name: str, provider_config: dict | None) -> None:
    with tempfile.TemporaryDirectory(prefix="atriumctl-interop-") as temporary:
        folder = Path(temporary)
        # The server can't tell which port it took, so a free one is found for it.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [str(PROGRAMS / "scim2-server"), "--port", str(port), "--bearer-token", TOKEN]
        if provider_config is not None:
            path = folder / "provider-config.json"
            path.write_text(json.dumps(provider_config))
            command += ["--service-provider-config", str(path)]
        url = f"http://127.0.0.1:{port}/v2"
        log = folder / "server.log"
        with running(command, environment(folder), log) as process:
            wait_for(lambda: Server(url).call("GET", "/ServiceProviderConfig"), process, log)
            scenario(binary, folder, url)
            requests = log.read_text().count(" HTTP/1.1\"")
            patches = log.read_text().count("\"PATCH ")
            expect(requests > 100, f"the server saw {requests} requests only")
            spoken = provider_config is None or provider_config["patch"]["supported"]
            expect((patches > 0) == spoken, f"{patches} PATCH requests")
    print(f"sync to scim2-server, {name}: converges, {requests} requests")


def main(binary: str) -> None:
    try_server(binary, "as it comes", None)
    none = {"supported": False}
    try_server(binary, "without PATCH, pages of 7", {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": none,
        "bulk": {**none, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": 7},
        "changePassword": none,
        "sort": none,
        "etag": none,
        "authenticationSchemes": [],
    })


if __name__ == "__main__":
    main(sys.argv[1])
