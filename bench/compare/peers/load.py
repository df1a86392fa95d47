"""What load programs print: a last line of JSON, by the names of kv_load."""
import json

from stage import Failure

LOAD_NAMES = ("ops_per_second", "p50_us", "p99_us", "errors")


def last_object(program, output):
    """The JSON object in the last line of a program's output."""
    lines = output.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Failure(f"{program} printed no figures.")
    return found


def figures_of(program, output, names=LOAD_NAMES):
    """The figures `names`, all of them numbers; a load in which operations failed is no figure."""
    found = last_object(program, output)
    missing = [name for name in names if not isinstance(found.get(name), (int, float))]
    if missing:
        raise Failure(f"{program} didn't say {missing[0]}.")
    if found.get("errors"):
        raise Failure(f"{found['errors']} operations of {program} failed.")
    return {name: float(found[name]) for name in names if name != "errors"}


def seconds_allowed(seconds, warmup):
    """How long a load program may take, its connecting and filling included."""
    return 2 * (seconds + warmup) + 60
