from versions import newest


def test_numbers():
    assert newest(["1.2.3", "1.10.0", "1.9.9"]) == "1.10.0"
    assert newest(["v2.0.0", "1.99.99"]) == "v2.0.0"
    assert newest([]) is None


def test_no_versions():
    assert newest(["1.2", "x", "1.2.3.4", "0.1.0"]) == "0.1.0"
    assert newest(["01.2.3", "1.0"]) is None


def test_pre_releases():
    assert newest(["1.0.0-rc.1", "1.0.0", "1.0.0-zz"]) == "1.0.0"
    assert newest(["1.0.0-alpha", "1.0.0-beta"]) == "1.0.0-beta"


def test_parts():
    assert newest(["1.0.0-rc.2", "1.0.0-rc.10"]) == "1.0.0-rc.10"
    assert newest(["1.0.0-1", "1.0.0-a"]) == "1.0.0-a"
    assert newest(["1.0.0-a", "1.0.0-a.1"]) == "1.0.0-a.1"
    assert newest(["1.0.0-a.1", "1.0.0-a-1"]) == "1.0.0-a-1"


def test_build():
    assert newest(["1.0.0+1", "1.0.0+2"]) == "1.0.0+1"
    assert newest(["1.0.0-a+z", "1.0.0+a"]) == "1.0.0+a"
