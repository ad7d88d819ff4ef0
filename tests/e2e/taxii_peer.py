"""Runs inside build/venv: the independent TAXII client, and the OASIS validator. Prints JSON.

    taxii_peer.py discover URL LOGIN TOKEN
    taxii_peer.py pages    COLLECTION_URL LOGIN TOKEN LIMIT [match=value ...]
    taxii_peer.py manifest COLLECTION_URL LOGIN TOKEN LIMIT
    taxii_peer.py versions COLLECTION_URL LOGIN TOKEN OBJECT
    taxii_peer.py object   COLLECTION_URL LOGIN TOKEN OBJECT [match=value ...]
    taxii_peer.py delete   COLLECTION_URL LOGIN TOKEN OBJECT [match=value ...]
    taxii_peer.py add      COLLECTION_URL LOGIN TOKEN FILE
    taxii_peer.py validate FILE
"""

import json
import sys


def collection(url, login, token):
    from taxii2client.v21 import Collection

    return Collection(url, user=login, password=token)


def filters(words):
    return dict(word.split("=", 1) for word in words)


def discover(url, login, token):
    from taxii2client.v21 import Server

    server = Server(url, user=login, password=token)
    return {
        "title": server.title,
        "default": server.default.url,
        "roots": [
            {"title": root.title, "versions": root.versions, "most": root.max_content_length,
             "collections": [c._raw for c in root.collections]}
            for root in server.api_roots
        ],
    }


def pages(url, login, token, limit, *match):
    from taxii2client.v21 import as_pages

    got = as_pages(collection(url, login, token).get_objects, per_request=int(limit),
                   **filters(match))
    return [page.get("objects", []) for page in got]


def manifest(url, login, token, limit):
    from taxii2client.v21 import as_pages

    got = as_pages(collection(url, login, token).get_manifest, per_request=int(limit))
    return [page.get("objects", []) for page in got]


def versions(url, login, token, which):
    return collection(url, login, token).object_versions(which)


def one(url, login, token, which, *match):
    return collection(url, login, token).get_object(which, **filters(match))


def delete(url, login, token, which, *match):
    return collection(url, login, token).delete_object(which, **filters(match))


def add(url, login, token, file):
    with open(file, "rb") as f:
        status = collection(url, login, token).add_objects(f.read(), wait_for_completion=True)
    return status._raw


def validate(file):
    """Every error and warning of a strict run; warnings are not errors here, but they are seen."""
    from stix2validator import ValidationOptions, validate_file

    options = ValidationOptions(strict=True, version="2.1", strict_types=True,
                                strict_properties=True)
    found = validate_file(file, options)
    out = {"valid": found.is_valid, "errors": [], "objects": len(found.object_results)}
    for result in found.object_results:
        for kind in ("errors", "warnings"):
            for item in getattr(result, kind, None) or []:
                out["errors"].append(f"{result.object_id}: {item}")
    if found.fatal:
        out["errors"].append(f"fatal: {found.fatal}")
    return out


COMMANDS = {"discover": discover, "pages": pages, "manifest": manifest, "versions": versions,
            "object": one, "delete": delete, "add": add, "validate": validate}

if __name__ == "__main__":
    json.dump(COMMANDS[sys.argv[1]](*sys.argv[2:]), sys.stdout)
