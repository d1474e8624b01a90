from classify import classify


def test_warning_and_error():
    assert classify("12:04:51 pump <E107> pressure low") == ("E107", "warning")
    assert classify("x <E299>") == ("E299", "warning")


def test_fatal_and_heartbeat():
    assert classify("<F013> dead") == ("F013", "fatal")
    assert classify("<E150> beat") == ("E150", "warning")
