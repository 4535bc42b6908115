#!/usr/bin/env python3
"""Reads what docs/design.md describes under "On disk", and knows nothing else of the engine.

    independent-reader.py release STORE ENVIRONMENT RELEASE DIRECTORY   one release; its files are written into the directory
    independent-reader.py journal DIRECTORY                             a chain
    independent-reader.py sums STORE ENVIRONMENT                        what the journal adds up to, record by record
    independent-reader.py manifest STORE ID                             a manifest, and all that it names
    independent-reader.py index STORE TREE [attributes]                 what is remembered of a tree, beside the tree
    independent-reader.py pack PACK [KEY]                               a pack, and with the private key what is in it

ENVIRONMENT is the directory of a service in an environment; DIRECTORY is not there yet. Python has neither Zstandard nor
AES, so frames are decoded by the program zstd, and blocks of AES by openssl. Prints what was found as JSON; exits with 1 and
a sentence when something is not as it was written.
"""
import base64, grp, hashlib, json, os, pwd, re, struct, subprocess, sys, zlib
from datetime import datetime, timezone

NOTHING = "0" * 64


class Damaged(Exception):
    pass


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def require(condition, sentence):
    if not condition:
        raise Damaged(sentence)


def run(why, command, data=b""):
    done = subprocess.run(command, input=data, capture_output=True)
    require(done.returncode == 0, f"{why}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def contents(path):
    with open(path, "rb") as file:
        return file.read()


# Objects and manifests


def decode(form, raw):
    if form == 0:
        return raw
    if form == 1:
        return zlib.decompress(raw)
    require(form == 2, f"the form {form} is unknown")
    return run("a Zstandard frame is damaged", ["zstd", "-dc"], raw)


class Bundle:
    def __init__(self, path):
        self.path = path
        self.data = contents(path)
        require(self.data[:8] == b"TDBUNDL1" and self.data[-8:] == b"TDBUNDLE", f"{path} is no bundle")
        rows, position, digest = struct.unpack(">IQ32s", self.data[-52:-8])
        table = self.data[position:-52]
        require(len(table) == rows * 52 and hashlib.sha256(table).digest() == digest, f"the table of {path} was changed")
        self.rows = {}
        for at in range(0, len(table), 52):
            object_id, kind, block, offset, length = struct.unpack(">32sIQII", table[at:at + 52])
            self.rows[object_id.hex()] = (kind, block, offset, length)
        require(list(self.rows) == sorted(self.rows), f"the table of {path} is not sorted")

    def stored(self, object_id):
        kind, block, offset, length = self.rows[object_id]
        form, plain, stored = struct.unpack(">BII", self.data[block:block + 9])
        decoded = decode(form, self.data[block + 9:block + 9 + stored])
        require(len(decoded) == plain, f"a block of {self.path} has another length than it says")
        return kind, decoded[offset:offset + length]


class Store:
    def __init__(self, path):
        self.path = path
        directory = os.path.join(path, "bundles")
        names = os.listdir(directory) if os.path.isdir(directory) else []
        self.names = sorted((name for name in names if name.endswith(".bundle")), reverse=True)
        self.bundles = [Bundle(os.path.join(directory, name)) for name in self.names]

    def read(self, object_id):
        content, where = self.find(object_id)
        require(sha256(content) == object_id, f"the object {object_id} in {where} is not what its id says")
        return content

    def find(self, object_id):
        for bundle in self.bundles:
            if object_id in bundle.rows:
                kind, stored = bundle.stored(object_id)
                if kind == 1:
                    rows = [stored[at:at + 36] for at in range(0, len(stored), 36)]
                    stored = b"".join(self.chunk(row) for row in rows)
                return stored, bundle.path
        loose = os.path.join(self.path, "objects", object_id[:2], object_id[2:])
        require(os.path.exists(loose), f"the object {object_id} is missing")
        stored = contents(loose)
        return decode(stored[0], stored[1:]), loose

    def chunk(self, row):
        content = self.read(row[:32].hex())
        require(len(content) == struct.unpack(">I", row[32:])[0], "a chunk has another length than its list says")
        return content

    def manifest(self, object_id):
        return manifest(self.read(object_id))


def manifest(content):
    lines = content.decode("utf-8").split("\n")
    header = json.loads(lines[0])
    require(header["format"] == "transparent-deploy-manifest" and header["version"] == 1, "no manifest of version 1")
    require(lines[-1] == "" and len(lines) - 2 == header["entries"], "a manifest has not as many entries as it says")
    return tree([json.loads(line) for line in lines[1:-1]], "a manifest")


def by_path(entry):
    return entry["path"].encode("utf-8")


def tree(entries, subject):
    """These entries, if they are sorted and what each is in is a directory before it."""
    directories = {""}
    for before, entry in zip([None] + entries, entries):
        require(before is None or by_path(before) < by_path(entry), f"{subject} is not sorted")
        require(os.path.dirname(entry["path"]) in directories, f"{subject} has {entry['path']} in no directory")
        if entry["type"] == "directory":
            directories.add(entry["path"])
    return entries


def nanoseconds(modified):
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z", modified)
    seconds = datetime.fromisoformat(match.group(1)).replace(tzinfo=timezone.utc).timestamp()
    return int(seconds), int((match.group(2) or "0").ljust(9, "0"))


def root(entries, full):
    text = f"transparent-deploy {'full' if full else 'content'} root 1\n"
    for entry in entries:
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


# Records and the journal


def sealed_record(path):
    """A record whose seal fits, or one of a version that had none."""
    text = contents(path)
    record = json.loads(text)
    if "seal" in record:
        end = text.rindex(b",", 0, text.rindex(b'"seal"'))
        require(sha256(text[:end]) == record["seal"], f"{path} does not match its seal")
    return record


def hashed(line):
    """The object that a line is, if its hash is that of what is before it; else nothing."""
    before, _, after = line.rpartition(b',"hash":')
    return json.loads(line) if before and after == b'"' + sha256(before).encode() + b'"}' else None


class Journal:
    """All records of a chain, verified, and how many bytes at its end are torn."""

    def __init__(self, directory):
        self.directory = directory
        self.records = []
        self.torn = 0
        names = [name for name in os.listdir(directory) if re.fullmatch(r"\d{6,}-.*\.jsonl", name)]
        self.segments = sorted(names, key=lambda name: int(name.split("-")[0]))
        for number, name in enumerate(self.segments, 1):
            require(int(name.split("-")[0]) == number, f"segment {number} is missing")
        self.durable = self.checkpoint()
        for number, name in enumerate(self.segments, 1):
            self.read(number, name)
        if self.durable:
            head = self.durable["head"]
            there = head["seq"] <= len(self.records) and self.records[head["seq"] - 1]["hash"] == head["hash"]
            require(there, "the tail is missing")
            require(self.durable["segment"] <= len(self.segments), "the checkpoint names no segment")
            data = contents(os.path.join(directory, self.segments[self.durable["segment"] - 1]))
            last = data[self.durable["record"]:self.durable["end"]]
            require(last[-1:] == b"\n" and hashed(last[:-1])["hash"] == head["hash"], "the checkpoint names no record")

    def checkpoint(self):
        path = os.path.join(self.directory, "checkpoint.json")
        return hashed(contents(path).rstrip(b"\n")) if os.path.exists(path) else None

    def head(self):
        return self.records[-1]["hash"] if self.records else NOTHING

    def read(self, number, name):
        data = contents(os.path.join(self.directory, name))
        at = 0
        while at < len(data):
            end = data.find(b"\n", at)
            wrong = self.take(data[at:end]) if end >= 0 else "is cut off"
            if wrong:
                rest = data[end + 1:] if end >= 0 else b""
                lost = b"\0" in data[at:end] if end >= 0 else hashed(data[at:-1]) is None or b"\0" in data[at:]
                require(lost and self.is_torn(number, at, rest), f"record {len(self.records) + 1} in {name} {wrong}")
                self.torn = len(data) - at
                return
            at = end + 1

    def take(self, line):
        """What is wrong with this line as the next one; nothing if nothing is."""
        record = hashed(line)
        if record is None:
            return "does not match its hash"
        if record["seq"] != len(self.records) + 1 or record["previous"] != self.head():
            return "does not continue the record before it"
        self.records.append(record)
        return ""

    def is_torn(self, number, at, rest):
        """Whether nobody can have been told of what begins here."""
        durable = self.durable or {"segment": 0, "end": 0}
        if number < len(self.segments) or durable["segment"] > number:
            return False
        if durable["segment"] == number and at < durable["end"]:
            return False
        after = [hashed(line) for line in rest.split(b"\n")[:-1]]
        ended = [record for record in after if record and record["kind"] in ("done", "abandoned")]
        return all(record["intent"] <= len(self.records) for record in ended)


class Sums:
    """S_k = S_0 + O_1 + … + O_k: the state of each instance after each record."""

    def __init__(self, store, environment, records):
        self.store = store
        self.records = records
        numbers = {record["hash"]: record["seq"] for record in records}
        directory = os.path.join(environment, "rollback-points")
        self.points = {}
        for name in sorted(os.listdir(directory), reverse=True):
            point = sealed_record(os.path.join(directory, name))
            # Of several at one record the first is left.
            self.points[numbers.get(point["journalHead"], 0)] = point
        self.states = {}
        self.directories = {}
        self.changed_by_others = []

    def after_each(self):
        """For each record the content root of each instance; nothing where it is not kept any more."""
        start = min(self.points)
        self.begin_again(self.points[start])
        sums = []
        intents = {record["seq"]: record["operation"] for record in self.records if record["kind"] == "intent"}
        for record in self.records:
            if record["kind"] == "done":
                operation = intents[record["intent"]]
                if record["seq"] > start:
                    self.do(operation)
                elif operation["type"] == "populate-release":
                    self.directories[operation["instance"], operation["directory"]] = operation["manifest"]
                else:
                    # Whatever was before it is not kept.
                    sums = [None] * len(sums)
            if record["seq"] > start and record["seq"] in self.points:
                self.compare(self.points[record["seq"]])
            sums.append(self.roots())
        return sums

    def roots(self):
        return {instance: root(self.entries(instance), False) for instance in sorted(self.states)}

    def entries(self, instance):
        return tree(sorted(self.states[instance].values(), key=by_path), f"the sum of {instance}")

    def load(self, manifest_id):
        return {entry["path"]: entry for entry in self.store.manifest(manifest_id)}

    def begin_again(self, point):
        for instance, state in point["instances"].items():
            self.states[instance] = self.load(state["manifest"])
            captured = root(self.entries(instance), False)
            require(captured == state["contentRoot"], f"the rollback point {point['id']} has another content root")

    def compare(self, point):
        before = {instance: self.seen(instance) for instance in self.states}
        self.begin_again(point)
        if not all(self.same(before.get(instance), self.seen(instance)) for instance in point["instances"]):
            self.changed_by_others.append(point["id"])

    @staticmethod
    def same(was, captured):
        return was is not None and (was[0] == captured[0] or was[1] is not None and was[1] == captured[1])

    def seen(self, instance):
        """The content roots of a state, and of what was live in it as far as is known, which of a captured state is less."""
        own = root(self.entries(instance), False)
        marker = self.states[instance].get(".transparent-deploy/captured.json")
        if marker is None:
            return own, own
        if not json.loads(self.store.read(marker["content"]))["content"]:
            return own, None
        below = [entry for entry in self.entries(instance) if entry["path"].startswith("content/")]
        return own, root([dict(entry, path=entry["path"][len("content/"):]) for entry in below], False)

    def do(self, operation):
        kind, instance = operation["type"], operation["instance"]
        if kind in ("create", "update", "delete"):
            self.do_on_file(kind, operation, self.states.setdefault(instance, {}))
        elif kind == "populate-release":
            self.directories[instance, operation["directory"]] = operation["manifest"]
        elif kind == "switch-link":
            self.switch(instance, operation.get("before"), operation.get("after"))
        elif kind == "put-state":
            self.states[instance] = self.load(operation["after"])
        elif kind == "command" and "manifest" in operation:
            self.states[instance] = self.load(operation["manifest"])

    @staticmethod
    def do_on_file(kind, operation, state):
        path = operation["before" if kind == "delete" else "after"]["path"]
        require((path in state) != (kind == "create"), f"{path} cannot be {kind}d when it is the turn of that")
        if kind == "delete":
            del state[path]
        else:
            state[path] = operation["after"]

    def switch(self, instance, before, after):
        if before and instance in self.states:
            self.directories[instance, before.split("/")[-1]] = self.states[instance]
        to = (instance, after.split("/")[-1]) if after else None
        require(to is None or to in self.directories, f"the journal does not tell what {after} has")
        held = self.directories[to] if to else {}
        self.states[instance] = self.load(held) if isinstance(held, str) else held


# The stat index


class Fields:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def bytes(self, length):
        require(self.at + length <= len(self.data), "it ends too early")
        self.at += length
        return self.data[self.at - length:self.at]

    def number(self, form):
        return struct.unpack(form, self.bytes(struct.calcsize(form)))[0]

    def text(self):
        return self.bytes(self.number(">H")).decode("utf-8")

    def rest(self):
        return self.at < len(self.data)


def name_of(number, of):
    try:
        return of(number)[0]
    except KeyError:
        return str(number)


def hash_of_owner(stat):
    text = f"{name_of(stat.st_uid, pwd.getpwuid)}:{name_of(stat.st_gid, grp.getgrgid)}".encode("utf-16-be")
    value = 0
    for unit in struct.unpack(f">{len(text) // 2}H", text):
        value = (31 * value + unit) & 0xffffffff
    return value


def index(store_path, tree_path, attributes=""):
    real = os.path.realpath(tree_path)
    key = real.encode("utf-8") + (b"\0attributes" if attributes else b"")
    data = contents(os.path.join(store_path, "index", sha256(key)))
    boot = contents("/proc/sys/kernel/random/boot_id")
    require(hashlib.sha256(data[:-32] + boot).digest() == data[-32:], "the index does not match its digest")
    fields = Fields(data[:-32])
    require(fields.bytes(4) == b"TDI2", "this is no index")
    made, content_root = fields.bytes(32).hex(), fields.bytes(32).hex()
    count = fields.number(">i")
    bundles = [fields.text() for _ in range(count)] if count >= 0 else None
    remembered = {}
    for _ in range(fields.number(">I")):
        directory = fields.text()
        inside, last = Fields(fields.bytes(fields.number(">I"))), ""
        while inside.rest():
            name = inside.text()
            require(last.encode() < name.encode(), f"the names in {directory} are not sorted")
            last = name
            described = struct.unpack(">qqqq", inside.bytes(32)), inside.number(">I"), inside.bytes(32).hex()
            remembered[os.path.join(directory, name)] = described
    require(not fields.rest(), "the index goes on after its end")
    for path, (numbers, owner, content) in remembered.items():
        file = os.path.join(real, path)
        stat = os.lstat(file)
        there = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
        require(numbers == there, f"{path} is remembered as {numbers} and is {there}")
        require(owner == hash_of_owner(stat), f"{path} is remembered with another owner")
        is_file = os.path.isfile(file) and not os.path.islink(file)
        require(content == (sha256(contents(file)) if is_file else NOTHING), f"{path} is remembered with other content")
    store = Store(store_path)
    if bundles is not None:
        require(set(bundles) <= set(store.names), "the index names a bundle that is not there")
    if made != NOTHING:
        entries = store.manifest(made)
        require(root(entries, False) == content_root, "the index has another content root than its manifest")
        require({entry["path"] for entry in entries} == set(remembered), "the index has other paths than its manifest")
    return {"remembered": sorted(remembered), "manifest": made, "contentRoot": content_root, "stored": bundles is not None}


# Packs


class Galois:
    """GHASH of NIST SP 800-38D: multiplication by one element of GF(2^128), a byte at a time."""

    def __init__(self, element):
        power, powers = int.from_bytes(element, "big"), []
        for _ in range(128):
            powers.append(power)
            power = power >> 1 ^ (0xe1 << 120 if power & 1 else 0)
        self.tables = [[self.sum(powers[at:at + 8], byte) for byte in range(256)] for at in range(0, 128, 8)]

    @staticmethod
    def sum(powers, byte):
        total = 0
        for bit, power in enumerate(powers):
            total ^= power if byte & 0x80 >> bit else 0
        return total

    def digest(self, additional, sealed):
        lengths = struct.pack(">QQ", 8 * len(additional), 8 * len(sealed))
        total = 0
        for data in (additional, sealed, lengths):
            for at in range(0, len(data), 16):
                block = (total ^ int.from_bytes(data[at:at + 16].ljust(16, b"\0"), "big")).to_bytes(16, "big")
                total = 0
                for table, byte in zip(self.tables, block):
                    total ^= table[byte]
        return total.to_bytes(16, "big")


class Opener:
    """AES-256-GCM out of what the openssl program has: AES-CTR for the text, and AES-ECB for GHASH's element."""

    def __init__(self, key, additional):
        self.key = key.hex()
        self.additional = additional
        self.galois = Galois(run("openssl failed", ["openssl", "enc", "-aes-256-ecb", "-nopad", "-K", self.key], bytes(16)))

    def open(self, number, is_last, chunk):
        counter = number.to_bytes(11, "big") + bytes([is_last]) + b"\0\0\0\1"
        sealed, tag = chunk[:-16], chunk[-16:]
        command = ["openssl", "enc", "-aes-256-ctr", "-K", self.key, "-iv", counter.hex()]
        stream = run("openssl failed", command, bytes(16) + sealed)
        found = bytes(a ^ b for a, b in zip(self.galois.digest(self.additional, sealed), stream[:16]))
        require(found == tag, f"the chunk {number} of the pack was changed")
        return stream[16:]


def unwrap(header, key_path):
    public = run("this is no private key", ["openssl", "pkey", "-in", key_path, "-pubout", "-outform", "DER"])
    require(sha256(public) == header["keyId"], "the pack is for another key")
    options = ["rsa_padding_mode:oaep", "rsa_oaep_md:sha256", "rsa_mgf1_md:sha256"]
    command = ["openssl", "pkeyutl", "-decrypt", "-inkey", key_path]
    command += [word for option in options for word in ("-pkeyopt", option)]
    return run("the pack's key cannot be unwrapped", command, base64.b64decode(header["wrappedKey"]))


def pack(pack_path, key_path=None):
    data = contents(pack_path)
    if os.path.exists(pack_path + ".sha256"):
        said = contents(pack_path + ".sha256").decode()
        require(said == f"{sha256(data)}  {os.path.basename(pack_path)}\n", "the pack does not match its digest")
    end = data.index(b"\n") + 1
    header = json.loads(data[:end])
    require(header["format"] == "transparent-deploy-pack" and header["version"] == 1, "no pack of version 1")
    chunks = [data[at:at + 65536 + 16] for at in range(end, len(data), 65536 + 16)]
    require(chunks and len(chunks[-1]) >= 16, "the pack is cut off")
    found = {"keyId": header["keyId"], "chunks": len(chunks)}
    if key_path:
        opener = Opener(unwrap(header, key_path), data[:end])
        plain = b"".join(opener.open(n, n == len(chunks) - 1, chunk) for n, chunk in enumerate(chunks))
        found.update(packed(Fields(plain)))
    return found


def packed(fields):
    ids = [fields.bytes(32).hex() for _ in range(fields.number(">I"))]
    objects = {}
    for _ in range(fields.number(">I")):
        object_id = fields.bytes(32).hex()
        stored = fields.bytes(fields.number(">Q"))
        objects[object_id] = decode(stored[0], stored[1:])
        require(sha256(objects[object_id]) == object_id, f"the object {object_id} in the pack is not what its id says")
    require(not fields.rest(), "the pack goes on after its end")
    needed = set(ids)
    for each in ids:
        require(each in objects, f"the pack lacks the manifest {each}")
        needed |= {entry["content"] for entry in manifest(objects[each]) if entry["type"] == "file"}
    require(needed == set(objects), "the pack has other objects than its manifests name")
    return {"manifests": {each: root(manifest(objects[each]), False) for each in ids}, "objects": len(objects)}


# What can be asked


def release(store_path, environment, release_id, directory):
    journal = Journal(os.path.join(environment, "journal"))
    place = os.path.join(environment, "releases", release_id)
    record = sealed_record(os.path.join(place, "release.json"))
    if "before" in record:
        point = sealed_record(os.path.join(place, "rollback-point.json"))
        require(point["id"] == record["before"], "rollback-point.json is another release's")
    if os.path.exists(os.path.join(place, "journal.jsonl")):
        own = [name for name in journal.segments if name.split("-", 1)[1] == release_id + ".jsonl"]
        whole = b"".join(contents(os.path.join(journal.directory, name)) for name in own)
        require(contents(os.path.join(place, "journal.jsonl")) == whole, "journal.jsonl is not the release's part")
    store = Store(store_path)
    name, state = next(iter(record["instances"].items()))
    entries = store.manifest(state["manifest"])
    require(root(entries, False) == state["contentRoot"], "the manifest has another content root than the record says")
    write(entries, store, directory)
    sums = Sums(store, environment, journal.records).after_each()
    return {
        "records": len(journal.records),
        "head": journal.head(),
        "state": record["states"][-1]["state"],
        "contentRoot": state["contentRoot"],
        "fullRoot": root(entries, True),
        "replayed": sums[-1][name],
    }


def chain(directory):
    journal = Journal(directory)
    return {"records": len(journal.records), "head": journal.head(), "torn": journal.torn}


def sums(store_path, environment):
    journal = Journal(os.path.join(environment, "journal"))
    adding = Sums(Store(store_path), environment, journal.records)
    each = adding.after_each()
    return {"torn": journal.torn, "sums": each, "changedByOthers": adding.changed_by_others}


def whole_manifest(store_path, object_id):
    store = Store(store_path)
    entries = store.manifest(object_id)
    for entry in entries:
        if entry["type"] == "file":
            require(len(store.read(entry["content"])) == entry["size"], f"{entry['path']} has another size")
    return {"entries": len(entries), "contentRoot": root(entries, False), "fullRoot": root(entries, True)}


if __name__ == "__main__":
    try:
        questions = {"release": release, "journal": chain, "sums": sums, "manifest": whole_manifest}
        questions.update({"index": index, "pack": pack})
        print(json.dumps(questions[sys.argv[1]](*sys.argv[2:])))
    except Damaged as damaged:
        print(damaged, file=sys.stderr)
        sys.exit(1)
