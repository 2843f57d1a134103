"""Sign one reader in through the proxy, and try to with a stranger: a script of the walk."""

import ssl

import httpx

ADDRESS = "https://localhost"


def arrive(who: str) -> httpx.Response:
    trusted = ssl.create_default_context(cafile="/etc/candour/tls/certificate.pem")
    with httpx.Client(verify=trusted, follow_redirects=True) as client:
        asked = client.get(f"{ADDRESS}/sign-in?to=%2Ffailures")
        return client.post(str(asked.url), data={"sub": who})


if __name__ == "__main__":
    reader, stranger = arrive("ann@force"), arrive("nobody@force")
    assert (reader.status_code, str(reader.url)) == (200, f"{ADDRESS}/failures"), reader.text
    assert stranger.status_code == 403, stranger.text
    assert "You have no role in Candour" in stranger.text
