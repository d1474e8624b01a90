"""Makes the agent's runtime: Node, Python and the harness's own commands, for images with any C library or none.

Runs in the sandbox image, with the folder that the runtime will lie in. Programs name their loader, the loader its folders, and
the C library its locales by absolute paths. In the copies these lead into the runtime: nothing of the image's is loaded, and no
variable is needed that the image's own programs would see as well.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
from glob import glob
from os.path import basename, join, realpath

ROOT = sys.argv[1]
LIB = f"{ROOT}/lib"
# The loader of the runtime's programs, and the one for programs that agents bring.
OWN_LOADER = f"{LIB}/own.so"
LOADER = f"{LIB}/ld.so"
MULTIARCH = sysconfig.get_config_var("MULTIARCH")
PYTHON = f"python3.{sys.version_info.minor}"
PROGRAMS = {name: realpath(shutil.which(name)) for name in ("node", PYTHON, "sh", "bash", "tar", "find", "cat", "sleep", "chmod", "du")}


def main():
    for folder in (f"{ROOT}/bin", LIB):
        os.mkdir(folder)
    for name, program in PROGRAMS.items():
        write(f"{ROOT}/bin/{name}", with_loader(read(program)))
    for link, to in (("bin/python3", PYTHON), ("bin/python", PYTHON), ("node", "bin/node")):
        os.symlink(to, join(ROOT, link))
    for library in libraries():
        write(join(LIB, basename(library)), read(library))
    relocated = loader(read(loader_of(read(PROGRAMS["node"]))))
    write(LOADER, relocated)
    write(OWN_LOADER, deaf(relocated))
    write(f"{LIB}/libc.so.6", c_library(read(f"{LIB}/libc.so.6")))
    shutil.copytree("/usr/lib/locale/C.utf8", f"{ROOT}/C.utf8")
    for modules in (PYTHON, "python3"):
        shutil.copytree(f"/usr/lib/{modules}", join(LIB, modules), ignore=left_out)
    compiling = [f"{ROOT}/bin/python3", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", LIB]
    subprocess.run(compiling, check=True)
    subprocess.run([f"{ROOT}/node", "-e", "0"], check=True)


def libraries():
    """What the programs and Python's modules load, and all of the C library: programs that agents bring use more of it."""
    modules = glob(f"/usr/lib/{PYTHON}/lib-dynload/*.so") + glob("/usr/lib/python3/**/*.so", recursive=True)
    needed = subprocess.run(["ldd", *PROGRAMS.values(), *modules], check=True, capture_output=True, text=True).stdout
    whole = subprocess.run(["dpkg", "-L", "libc6"], check=True, capture_output=True, text=True).stdout
    return {*re.findall(r"=> (/\S+)", needed), *re.findall(rf"^\S*/lib/{MULTIARCH}/lib[^/\n]*\.so[^/\n]*$", whole, re.M)}


def interpreter(program):
    """Where a program (ELF, 64 bits) names its loader: offset and size."""
    start, size, count = struct.unpack_from("<Q14xHH", program, 32)
    for at in range(start, start + size * count, size):
        if struct.unpack_from("<I", program, at)[0] == 3:
            return struct.unpack_from("<8xQ16xQ", program, at)
    sys.exit("a program names no loader")


def loader_of(program):
    at, size = interpreter(program)
    return program[at : at + size - 1].decode()


def with_loader(program):
    at, size = interpreter(program)
    return program[:at] + fitted(OWN_LOADER.encode(), size - 1, b"\0") + program[at + size - 1 :]


def loader(data):
    folders = [f"/lib/{MULTIARCH}/", f"/usr/lib/{MULTIARCH}/", "/lib/", "/usr/lib/"]
    old = b"".join(folder.encode() + b"\0" for folder in folders)
    own = [fitted(LIB.encode(), len(folder), b"/") for folder in folders[:2]]
    new = b"".join(folder + b"\0" for folder in [*own, *(nowhere(folder.encode()) for folder in folders[2:])])
    data = replaced(data, old, new)
    for path in (b"/etc/ld.so.cache", b"/etc/ld.so.preload"):
        data = replaced(data, path, nowhere(path))
    return data


def deaf(data):
    """Without regard to LD_LIBRARY_PATH, which an image may set for its own programs. On arm64 the code holds no such constant."""
    load = b"\x48\xb8"  # movabs rax
    return data if os.uname().machine == "aarch64" else replaced(data, load + b"LIBRARY_", load + b"LIBRARY\xff")


def c_library(data):
    modules = f"/usr/lib/{MULTIARCH}/gconv".encode()
    locales = b"/usr/lib/locale"
    return replaced(replaced(data, modules, nowhere(modules)), locales, fitted(ROOT.encode(), len(locales), b"/"))


def replaced(data, old, new):
    if old not in data:
        sys.exit(f"{old} is not there to be replaced")
    return data.replace(old, new)


def fitted(path, size, fill):
    if len(path) > size:
        sys.exit(f"{path} is longer than {size}")
    return path.ljust(size, fill)


def nowhere(path):
    """As long, and in no image."""
    return re.sub(rb"[^/]", b"\xff", path)


def left_out(_, names):
    return [name for name in names if name in ("__pycache__", "sitecustomize.py") or name.startswith("config-")]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, 0o755)


main()
