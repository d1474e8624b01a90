from classify import classify


def test_warning_and_error():
    assert classify("12:04:51 pump <E107> pressure low") == ("E107", "warning")
    assert classify("x <E299>") == ("E299", "error")


def test_fatal_and_heartbeat():
    assert classify("<F013> dead") == ("F013", "fatal")
    assert classify("<E150> beat") == ("E150", "info")


def test_test_bench():
    assert classify("a <T210> b") == ("T210", "error")
    assert classify("a <T150> b") == ("T150", "info")


def test_values_are_passed_over():
    assert classify("<12.5> bar <E101>") == ("E101", "warning")
    assert classify("unit E107 reports nothing") == (None, "none")
    assert classify("<X100>") == ("X100", "unknown")
    assert classify("<E300>") == ("E300", "unknown")
