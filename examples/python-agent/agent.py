"""A coding agent in the shape of mini-swe-agent: one loop, one tool (bash), one list of messages. Huxley runs it as
`python3 agent.py`, on a benchmark task or on a copy of its own source. It needs Python 3.9 and nothing else."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
# Commands the model may give, and what it is shown of what each prints.
MAX_STEPS = 30
OUTPUT_LIMIT = 4_000
COMMAND_SECONDS = 60
DONE = "TASK_IS_DONE"


def prompt(name, **values):
    """A file of prompts/ with its `{{name}}` filled in."""
    text = (HERE / "prompts" / f"{name}.md").read_text()
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", value)
    return text


def action_in(answer):
    """The one command of an answer, between ```bash and ```; None where there is none, or more than one."""
    found = re.findall(r"```(?:bash|sh)\n(.*?)\n```", answer, re.DOTALL)
    return found[0] if len(found) == 1 else None


def run(command):
    """What a command printed, its middle left out where that is long, and how it ended."""
    try:
        done = subprocess.run(
            ["bash", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=COMMAND_SECONDS,
        )
        printed, status = done.stdout.decode(errors="replace"), str(done.returncode)
    except subprocess.TimeoutExpired as late:
        printed, status = (late.stdout or b"").decode(errors="replace"), f"none: ended after {COMMAND_SECONDS} s"
    if len(printed) > OUTPUT_LIMIT:
        half = OUTPUT_LIMIT // 2
        printed = f"{printed[:half]}\n[{len(printed) - OUTPUT_LIMIT} characters left out]\n{printed[-half:]}"
    return printed, status


def ask(messages):
    """The model's answer to the conversation so far."""
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        data=json.dumps({"model": os.environ["HUXLEY_MODEL"], "messages": messages}).encode(),
        headers={"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)["choices"][0]["message"]["content"] or ""


def main():
    task = Path(os.environ["HUXLEY_TASK"]).read_text()
    os.chdir(os.environ["HUXLEY_WORKSPACE"])
    messages = []

    def say(role, content):
        messages.append({"role": role, "content": content})
        with open(os.environ.get("HUXLEY_OUT", os.devnull), "a") as out:
            out.write(json.dumps(messages[-1]) + "\n")

    say("system", prompt("system", done=DONE))
    say("user", prompt(os.environ.get("HUXLEY_MODE", "solve"), task=task))
    for _ in range(MAX_STEPS):
        try:
            answer = ask(messages)
        except urllib.error.HTTPError as refusal:
            sys.exit(f"the model answered {refusal.code}: {refusal.read().decode(errors='replace')[:2000]}")
        say("assistant", answer)
        command = action_in(answer)
        if command is None:
            say("user", prompt("format"))
            continue
        printed, status = run(command)
        if status == "0" and printed.strip().endswith(DONE):
            return
        say("user", prompt("observation", output=printed, status=status))


if __name__ == "__main__":
    main()
