"""The marks of `marks_item`: lines `NAME ID` in a file that stands for the world outside of Terraform's sight."""

import fcntl
import uuid


def new_id(name, file):
    """Says by itself where the mark is, so that it is enough for an import."""
    return f"{file}:{name}:{uuid.uuid4()}"


def parts(identifier):
    """The file and the name in an id."""
    file, name, _ = identifier.rsplit(":", 2)
    return file, name


def exists(name, file, identifier):
    try:
        with open(file) as marks:
            return line(name, identifier) in marks
    except FileNotFoundError:
        return False


def add(name, file, identifier):
    with open(file, "a") as marks:
        fcntl.flock(marks, fcntl.LOCK_EX)
        marks.write(line(name, identifier))


def remove(name, file, identifier):
    with open(file, "r+") as marks:
        fcntl.flock(marks, fcntl.LOCK_EX)
        left = [other for other in marks if other != line(name, identifier)]
        marks.seek(0)
        marks.truncate()
        marks.writelines(left)


def line(name, identifier):
    return f"{name} {identifier}\n"
