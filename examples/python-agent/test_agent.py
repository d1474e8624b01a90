import agent


def test_one_command_is_found():
    assert agent.action_in("I look.\n```bash\nls -la\n```") == "ls -la"
    assert agent.action_in("```sh\na\nb\n```") == "a\nb"


def test_no_command_or_several_are_none():
    assert agent.action_in("ls") is None
    assert agent.action_in("```bash\na\n```\n```bash\nb\n```") is None


def test_commands_run_and_long_output_is_cut():
    assert agent.run("echo x; exit 3") == ("x\n", "3")
    printed, status = agent.run("seq 100000")
    assert status == "0" and "characters left out" in printed and len(printed) < agent.OUTPUT_LIMIT + 100


def test_prompts_are_filled_in():
    assert "fix it" in agent.prompt("solve", task="fix it")
    assert agent.DONE in agent.prompt("system", done=agent.DONE)
