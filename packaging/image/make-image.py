#!/usr/bin/env python3
"""Makes the image of the node installer without a container engine: an OCI image layout with one image for each architecture, and beside it archives that
`docker load`, `podman load` and `ctr images import` take. The same inputs give the same bytes.

usage: make-image.py [--packages] --version V --epoch SECONDS --output FOLDER ARCHITECTURE=ROOT...
       ROOT: the image's files, such as amd64=artifacts/image/amd64; --packages: an image that holds packages and runs nothing
"""
import argparse, gzip, hashlib, io, json, os, sys, tarfile, time

NAME = "gpu-containers"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Layout:
    """The blobs of an image layout."""

    def __init__(self, folder):
        self.folder = folder
        self.blobs = {}

    def add(self, data, media_type, **more):
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[f"blobs/sha256/{digest}"] = data
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data), **more}


def layer(root, epoch):
    """The files as a tar: owned by root, in the order of their names, nothing writable for others."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        first = {}
        for folder, folders, files in os.walk(root):
            folders.sort()
            for name in sorted([f for f in folders] + files):
                path = os.path.join(folder, name)
                entry = archive.gettarinfo(path, os.path.relpath(path, root))
                entry.uid = entry.gid = 0
                entry.uname = entry.gname = ""
                entry.mtime = epoch
                entry.mode &= 0o755
                status = os.lstat(path)
                if entry.isreg() or entry.islnk():
                    # The first name of a file has its content, further ones are links to it, whatever order they are met in.
                    entry.type, entry.linkname = (tarfile.LNKTYPE, first[status.st_ino]) if status.st_ino in first else (tarfile.REGTYPE, "")
                    entry.size = 0 if entry.type == tarfile.LNKTYPE else status.st_size
                    first.setdefault(status.st_ino, entry.name)
                if entry.type == tarfile.REGTYPE:
                    with open(path, "rb") as content:
                        archive.addfile(entry, content)
                else:
                    archive.addfile(entry)
    return stream.getvalue()


def process():
    """How the installer is started."""
    return {
        "User": "0:0",
        "Env": [
            "PATH=/work:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/busybox",
            "NVIDIA_DISABLE_REQUIRE=true",
            "NVIDIA_VISIBLE_DEVICES=void",
            "NVIDIA_DRIVER_CAPABILITIES=utility",
        ],
        "Entrypoint": ["/work/nvidia-ctk-installer"],
        "WorkingDir": "/work",
    }


def image(layout, architecture, root, settings, created, epoch):
    plain = layer(root, epoch)
    packed = layout.add(gzip.compress(plain, 9, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip")
    config = {
        "created": created,
        "architecture": architecture,
        "os": "linux",
        "config": settings,
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(plain).hexdigest()]},
        "history": [{"created": created, "created_by": "packaging/image"}],
    }
    described = layout.add(json.dumps(config, separators=(",", ":")).encode(), "application/vnd.oci.image.config.v1+json")
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": [packed]}
    entry = layout.add(json.dumps(manifest, separators=(",", ":")).encode(), MANIFEST, platform={"architecture": architecture, "os": "linux"})
    return entry, described, packed


def index(entries, reference):
    named = [{**entry, "annotations": {"org.opencontainers.image.ref.name": reference.rsplit(":", 1)[1], "io.containerd.image.name": reference}}
             for entry in entries]
    return json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": named}, separators=(",", ":")).encode()


def write_archive(path, files, epoch):
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(files[name]), 0o644, epoch
            archive.addfile(entry, io.BytesIO(files[name]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--packages", action="store_true")
    parser.add_argument("--version", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("roots", nargs="+")
    options = parser.parse_args()
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(options.epoch))
    tag = options.version + ("-packaging" if options.packages else "")
    reference = f"docker.io/library/{NAME}:{tag}"
    labels = {"org.opencontainers.image.title": NAME, "org.opencontainers.image.version": options.version,
              "org.opencontainers.image.licenses": "Apache-2.0"}
    settings = {**({} if options.packages else process()), "Labels": labels}
    mark = json.dumps({"imageLayoutVersion": "1.0.0"}).encode()
    os.makedirs(options.output, exist_ok=True)
    whole, entries = Layout(options.output), []
    for pair in options.roots:
        architecture, root = pair.split("=", 1)
        one = Layout(options.output)
        entry, config, packed = image(one, architecture, root, settings, created, options.epoch)
        entries.append(entry)
        whole.blobs.update(one.blobs)
        # An old docker reads manifest.json, which names the same blobs.
        legacy = [{"Config": "blobs/sha256/" + config["digest"][7:], "RepoTags": [f"{NAME}:{tag}"],
                   "Layers": ["blobs/sha256/" + packed["digest"][7:]]}]
        files = {**one.blobs, "oci-layout": mark, "index.json": index([entry], reference), "manifest.json": json.dumps(legacy).encode()}
        write_archive(os.path.join(options.output, f"{NAME}-{tag}-image-{architecture}.tar"), files, options.epoch)
    # One name for all architectures: an index in the index.
    all_of_them = whole.add(json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": entries},
                                       separators=(",", ":")).encode(), "application/vnd.oci.image.index.v1+json")
    files = {**whole.blobs, "oci-layout": mark, "index.json": index([all_of_them], reference)}
    write_archive(os.path.join(options.output, f"{NAME}-{tag}-image.oci.tar"), files, options.epoch)


if __name__ == "__main__":
    sys.exit(main())
