"""Transcripts on pages: the code blocks of a page, the commands in them, and whether a new output is the shown one.

A block `console` has lines "$ COMMAND", each with its output below. A line "..." stands for any lines. Of the VOLATILE parts
only the form is compared, and of the lines of `batchctl watch` not the order.
"""
import collections
import re

# section: the last heading of level 2; notes: the HTML comments directly above; begin, end: the content, in the page.
Block = collections.namedtuple("Block", "section language notes begin end")
# begin, end: the shown output, in the page.
Step = collections.namedtuple("Step", "prompt command shown begin end")

VOLATILE = [r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", r"\d\d:\d\d:\d\d", r"process \d+, for \d+ s", r"\(\d+ bytes\)",
            r'"(size|generation)": ?\d+', r"b1(-[0-9a-f]+){2}", r"\b[0-9a-f]{64}\b", r"\b[0-9a-f]{16}\b"]


def blocks(page):
    found, section, notes, opened, at = [], "", [], None, 0
    for line in page.splitlines(keepends=True):
        at += len(line)
        if opened:
            if line.startswith("```"):
                found.append(Block(section, *opened, at - len(line)))
                opened, notes = None, []
        elif line.startswith("```"):
            opened = line[3:].strip(), notes, at
        elif note := re.fullmatch(r"<!-- (.*) -->\n", line):
            notes = notes + [note[1]]
        elif line != "\n":
            notes = []
            section = line[3:].strip() if line.startswith("## ") else section
    return found


def steps(page, block, prompts="$"):
    """The commands of a console block, each after one of the prompts and a space."""
    found, at = [], block.begin
    for line in page[block.begin:block.end].splitlines(keepends=True):
        at += len(line)
        if line[:1] in prompts and line[1:2] == " ":
            found.append(Step(line[0], line[2:].rstrip("\n"), "", at, at))
        else:
            step = found[-1]
            found[-1] = step._replace(shown=step.shown + line, end=at)
    return found


def is_as_shown(step, output):
    shown, output = (re.sub("|".join(VOLATILE), "\x02", text) for text in (step.shown, output))
    if step.command.startswith("batchctl watch"):
        shown, output = ("".join(sorted(text.splitlines(keepends=True))) for text in (shown, output))
    return re.fullmatch(re.escape(shown).replace(re.escape("...\n"), r"(?:.*\n)*?"), output) is not None


def renewed(page, done):
    """The page with the outputs that are not as shown; done: pairs of a step and its output."""
    for step, output in sorted(done, key=lambda pair: -pair[0].begin):
        if not is_as_shown(step, output):
            page = page[:step.begin] + output + page[step.end:]
    return page
