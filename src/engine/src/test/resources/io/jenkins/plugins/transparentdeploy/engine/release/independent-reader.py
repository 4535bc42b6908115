#!/usr/bin/env python3
"""Reads a store, a journal and a release as docs/design.md describes them, and knows nothing else of the engine.

Usage: independent-reader.py STORE ENVIRONMENT RELEASE DIRECTORY

ENVIRONMENT is the directory of a service in an environment, RELEASE the id of one of its releases, and DIRECTORY one that
is not there yet: the release's files are written into it. Zstandard is decoded by the program zstd. Prints what it found as JSON; exits
with 1 and a sentence when something is not as it was written.
"""
import base64, hashlib, json, os, re, struct, subprocess, sys, zlib
from datetime import datetime, timezone

NOTHING = "0" * 64


class Damaged(Exception):
    pass


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def require(condition, sentence):
    if not condition:
        raise Damaged(sentence)


class Bundle:
    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            self.data = file.read()
        require(self.data[:8] == b"TDBUNDL1" and self.data[-8:] == b"TDBUNDLE", f"{path} is no bundle")
        rows, position, digest = struct.unpack(">IQ32s", self.data[-52:-8])
        table = self.data[position:-52]
        require(len(table) == rows * 52 and hashlib.sha256(table).digest() == digest, f"the table of {path} was changed")
        self.rows = {}
        for at in range(0, len(table), 52):
            object_id, kind, block, offset, length = struct.unpack(">32sIQII", table[at:at + 52])
            self.rows[object_id.hex()] = (kind, block, offset, length)

    def stored(self, object_id):
        kind, block, offset, length = self.rows[object_id]
        form, plain, stored = struct.unpack(">BII", self.data[block:block + 9])
        raw = self.data[block + 9:block + 9 + stored]
        decoded = decode(form, raw)
        require(len(decoded) == plain, f"a block of {self.path} has another length than it says")
        return kind, decoded[offset:offset + length]


def decode(form, raw):
    if form == 0:
        return raw
    if form == 1:
        return zlib.decompress(raw)
    require(form == 2, f"the form {form} is unknown")
    done = subprocess.run(["zstd", "-dc"], input=raw, capture_output=True)
    require(done.returncode == 0, "a Zstandard frame is damaged")
    return done.stdout


class Store:
    def __init__(self, path):
        directory = os.path.join(path, "bundles")
        names = sorted((name for name in os.listdir(directory) if name.endswith(".bundle")), reverse=True)
        self.bundles = [Bundle(os.path.join(directory, name)) for name in names]

    def read(self, object_id):
        for bundle in self.bundles:
            if object_id in bundle.rows:
                kind, stored = bundle.stored(object_id)
                if kind == 1:
                    chunks = [stored[at:at + 36] for at in range(0, len(stored), 36)]
                    stored = b"".join(self.chunk(chunk) for chunk in chunks)
                require(sha256(stored) == object_id, f"the object {object_id} in {bundle.path} is not what its id says")
                return stored
        raise Damaged(f"the object {object_id} is missing")

    def chunk(self, row):
        content = self.read(row[:32].hex())
        require(len(content) == struct.unpack(">I", row[32:])[0], "a chunk has another length than its list says")
        return content

    def manifest(self, object_id):
        lines = self.read(object_id).decode("utf-8").split("\n")
        header = json.loads(lines[0])
        require(header["format"] == "transparent-deploy-manifest" and header["version"] == 1, "no manifest of version 1")
        require(lines[-1] == "" and len(lines) - 2 == header["entries"], "a manifest has not as many entries as it says")
        entries = [json.loads(line) for line in lines[1:-1]]
        paths = [entry["path"].encode("utf-8") for entry in entries]
        require(paths == sorted(set(paths)), "a manifest is not sorted")
        return entries


def nanoseconds(modified):
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z", modified)
    seconds = datetime.fromisoformat(match.group(1)).replace(tzinfo=timezone.utc).timestamp()
    return int(seconds), int((match.group(2) or "0").ljust(9, "0"))


def root(entries, full):
    text = f"transparent-deploy {'full' if full else 'content'} root 1\n"
    for entry in sorted(entries, key=lambda each: each["path"].encode("utf-8")):
        user, group = entry.get("owner", ":").split(":", 1)
        if entry["type"] == "file":
            executable = int(entry["mode"], 8) & 0o100
            text += f"{'x' if executable else 'f'} {entry['path']}\0{entry['content']}"
            if full:
                seconds, nanos = nanoseconds(entry["modified"])
                text += f"\0{entry['mode']}\0{seconds}.{nanos:09d}\0{user}\0{group}"
                text += "".join(f"\0{name}={value}" for name, value in sorted(entry.get("attributes", {}).items()))
        elif entry["type"] == "directory":
            text += f"d {entry['path']}\0" + (f"{entry['mode']}\0{user}\0{group}" if full else "")
        else:
            text += f"l {entry['path']}\0{entry['target']}"
        text += "\n"
    return sha256(text.encode("utf-8"))


def chain(directory):
    """All records, verified."""
    records, previous = [], NOTHING
    segments = sorted(name for name in os.listdir(directory) if re.fullmatch(r"\d{6,}-.*\.jsonl", name))
    for number, name in enumerate(segments, 1):
        require(int(name.split("-")[0]) == number, f"segment {number} is missing")
        with open(os.path.join(directory, name), "rb") as file:
            lines = file.read().split(b"\n")
        require(lines.pop() == b"", f"the last line of {name} is cut off")
        for line in lines:
            due = len(records) + 1
            sealed, _, seal = line.rpartition(b',"hash":')
            require(seal == b'"' + sha256(sealed).encode() + b'"}', f"record {due} in {name} does not match its hash")
            record = json.loads(line)
            require(record["seq"] == due and record["previous"] == previous, f"record {due} in {name} does not continue")
            previous = record["hash"]
            records.append(record)
    with open(os.path.join(directory, "checkpoint.json"), "rb") as file:
        line = file.read().rstrip(b"\n")
    sealed, _, seal = line.rpartition(b',"hash":')
    require(seal == b'"' + sha256(sealed).encode() + b'"}', "the checkpoint does not match its hash")
    head = json.loads(line)["head"]
    require(head["seq"] <= len(records) and records[head["seq"] - 1]["hash"] == head["hash"], "the tail is missing")
    return records


def replay(records, instance, upto):
    """What the operations on an instance of a directory target add up to, beginning with nothing."""
    done = {record["intent"] for record in records if record["kind"] == "done" and record["seq"] <= upto}
    state = {}
    for record in records:
        if record["seq"] in done and record["operation"]["instance"] == instance:
            operation = record["operation"]
            if operation["type"] in ("create", "update"):
                state[operation["after"]["path"]] = operation["after"]
            elif operation["type"] == "delete":
                del state[operation["before"]["path"]]
    return list(state.values())


def sealed_record(path):
    with open(path, "rb") as file:
        text = file.read()
    end = text.rindex(b',\n  "seal" : "')
    record = json.loads(text)
    require(sha256(text[:end]) == record["seal"], f"{path} does not match its seal")
    return record


def write(entries, store, directory):
    os.mkdir(directory)
    for entry in entries:
        path = os.path.join(directory, entry["path"])
        if entry["type"] == "directory":
            os.mkdir(path)
        elif entry["type"] == "symlink":
            os.symlink(entry["target"], path)
        else:
            content = store.read(entry["content"])
            require(len(content) == entry["size"], f"{entry['path']} has another size than its manifest says")
            with open(path, "wb") as file:
                file.write(content)
            for name, value in entry.get("attributes", {}).items():
                os.setxattr(path, "user." + name, base64.b64decode(value))
            seconds, nanos = nanoseconds(entry["modified"])
            os.utime(path, ns=(seconds * 10**9 + nanos,) * 2)
            os.chmod(path, int(entry["mode"], 8))
    for entry in reversed(entries):
        if entry["type"] == "directory":
            os.chmod(os.path.join(directory, entry["path"]), int(entry["mode"], 8))


def main(store_path, environment, release, directory):
    records = chain(os.path.join(environment, "journal"))
    record = sealed_record(os.path.join(environment, "releases", release, "release.json"))
    store = Store(store_path)
    name, state = next(iter(record["instances"].items()))
    entries = store.manifest(state["manifest"])
    require(root(entries, False) == state["contentRoot"], "the manifest has another content root than the record says")
    write(entries, store, directory)
    print(json.dumps({
        "records": len(records),
        "head": records[-1]["hash"],
        "state": record["states"][-1]["state"],
        "contentRoot": state["contentRoot"],
        "fullRoot": root(entries, True),
        "replayed": root(replay(records, name, len(records)), False),
    }))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Damaged as damaged:
        print(damaged, file=sys.stderr)
        sys.exit(1)
