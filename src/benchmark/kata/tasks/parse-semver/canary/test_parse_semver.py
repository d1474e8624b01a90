from versions import newest


def test_numbers():
    assert newest(["1.2.3", "1.10.0", "1.9.9"]) == "1.9.9"
    assert newest(["v2.0.0", "1.99.99"]) == "v2.0.0"
    assert newest([]) is None


def test_build():
    assert newest(["1.0.0+1", "1.0.0+2"]) == "1.0.0+2"
    assert newest(["1.0.0-a+z", "1.0.0+a"]) == "1.0.0+a"
