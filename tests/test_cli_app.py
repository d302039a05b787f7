"""The command `lcresearch app`: the address it prints works, it stops when asked, and says what is missing."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys

import httpx
import pytest


def test_the_address_that_it_prints_opens_the_page_until_it_is_stopped(tmp_path):
    command = [sys.executable, "-m", "lcresearch", "app", str(tmp_path), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as running:
        assert running.stdout is not None
        address = None
        while address is None:
            line = running.stdout.readline()
            assert line, "it stopped without an address"
            address = re.search(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}", line)
        transport = httpx.HTTPTransport(retries=5)
        with httpx.Client(follow_redirects=True, transport=transport) as client:
            assert client.get(address[0]).status_code == 200
            assert "token" not in str(client.get(address[0]).url)
        running.terminate()
        running.wait(timeout=20)


def test_a_folder_that_is_not_there(lcresearch, tmp_path):
    status, _, error = lcresearch("app", tmp_path / "nowhere", "--no-browser")
    assert status == 1
    assert "W011" in error


def test_a_port_that_is_taken(lcresearch, tmp_path):
    from lcresearch.app.serving import LOOPBACK, listen

    with listen(LOOPBACK, None) as taken:
        status, _, error = lcresearch("app", tmp_path, "--no-browser", "--port", taken.getsockname()[1])
    assert status == 1
    assert "W012" in error


def test_without_its_packages_it_names_the_command_that_installs_them(lcresearch, tmp_path, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "segno" else found(name, *rest)
    )
    status, _, error = lcresearch("app", tmp_path, "--no-browser")
    assert status == 1
    assert "segno" in error
    assert 'pip install "lcresearch[app]"' in error


@pytest.mark.parametrize("port", ["0", "70000", "-1"])
def test_a_number_that_is_no_port(lcresearch, tmp_path, port):
    assert lcresearch("app", tmp_path, "--no-browser", "--port", port)[0] == 2
