import ipaddress
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, HttpUrl, ValidationError, field_validator, model_validator

from access.roles import Role
from data.errors import UserError
from data.review import settings_file
from data.spool import INBOX
from data.terms import Section, fitted, read_toml

HOW = "set mode to 'sign-in' in settings.toml (see deploy/README.md), or to 'single-user' if it is for you"


class Mode(StrEnum):
    DEMONSTRATION = "demonstration"
    SINGLE_USER = "single-user"
    SIGN_IN = "sign-in"


def loopback(host: str) -> bool:
    try:
        parts = urlsplit(f"//{host}")
        # A host goes into a policy as it was sent: it is one name, with a number at most.
        if parts.netloc != host or {"@", "%"} & set(host) or parts.port == 0:
            return False
        return parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _over_https(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and loopback(parts.netloc)):
        return address
    raise ValueError(f"{address!r} is not an https address")


class SignIn(Section):
    """One OpenID provider. metadata: address of its `.well-known/openid-configuration`.

    who: claim of the ID token that names the reader in the record. claim: the one that lists groups.
    prompt: `login` has the provider ask for the password again after every sign-out.
    """

    metadata: Annotated[str, AfterValidator(_over_https)]
    client_id: str
    client_secret_file: Path
    cookie_secret_file: Path
    who: str = "sub"
    claim: str = "roles"
    scope: str = "openid email profile"
    prompt: str = "login"
    roles: dict[Role, tuple[str, ...]]

    def roles_of(self, claims: dict[str, object]) -> tuple[Role, ...]:
        claimed = claims.get(self.claim, ())
        listed: list[object] = list(claimed) if isinstance(claimed, list | tuple) else [claimed]
        groups = {group for group in listed if isinstance(group, str)}
        return tuple(role for role in Role if groups & set(self.roles.get(role, ())))


class Limits(Section):
    idle_minutes: Annotated[float, Field(gt=0, le=60)] = 15
    longest_hours: Annotated[float, Field(gt=0, le=24)] = 10


class Settings(Section):
    """address: what readers' browsers call this dashboard. cache_megabytes: for results, in each process.

    anchor: further places for the heads of the record, files of other accounts or "syslog". inbox: the folder
    in which `python -m data inbox` looks for files that data stewards send; upload_megabytes: of one of them.
    arrivals: the folder from which it takes files by itself; load_arrivals: whether it loads them too.
    only_forces: of a nation, the forces that a reader sees, by the name that the record has for them.
    """

    mode: Mode = Mode.DEMONSTRATION
    address: str = ""
    marking: Annotated[str, Field(min_length=1, max_length=80)] = "OFFICIAL-SENSITIVE"
    sessions: Limits = Limits()
    anchor: tuple[str, ...] = ()
    cache_megabytes: Annotated[float, Field(ge=128, le=65_536)] = 512
    inbox: str = ""
    upload_megabytes: Annotated[int, Field(ge=1, le=10_000)] = 512
    arrivals: str = ""
    load_arrivals: bool = False
    only_forces: dict[str, tuple[str, ...]] = Field(default_factory=dict[str, tuple[str, ...]])
    sign_in: SignIn | None = None

    @field_validator("address")
    @classmethod
    def _an_origin(cls, address: str) -> str:
        if not address:
            return address
        try:
            # As browsers send it: in small letters, and without the port that goes without saying.
            origin = str(HttpUrl(address)).removesuffix("/")
        except ValidationError:
            origin = ""
        if origin.count("/") != 2 or {"?", "#", "@"} & set(origin):  # noqa: PLR2004  # those of the scheme
            raise ValueError("write the address like https://candour.example.police.uk, with no path")
        _over_https(address)
        return origin

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        if (self.mode is Mode.SIGN_IN) != (self.sign_in is not None):
            raise ValueError("the mode 'sign-in' and the section [sign_in] go together")
        if self.mode is Mode.SIGN_IN and not self.address:
            raise ValueError("the mode 'sign-in' needs the address that readers' browsers use")
        if self.mode is not Mode.SIGN_IN and self.address:
            raise ValueError("an address is for the mode 'sign-in': the other modes are on loopback only")
        if self.load_arrivals and not self.arrivals:
            raise ValueError("load_arrivals needs arrivals: name the folder in which files arrive")
        return self

    @property
    def secure(self) -> bool:
        return self.address.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def cookie(self) -> str:
        # Browsers send `__Host-` by https only, and to one host.
        return "__Host-candour" if self.secure else "candour"

    def inbox_of(self, folder: Path, *, demonstration: bool) -> Path | None:
        """Return where files for a review in `folder` wait; None where none are taken."""
        if demonstration:
            return None
        own = folder / INBOX if self.mode is Mode.SINGLE_USER else None
        return Path(self.inbox) if self.inbox else own

    def suit(self, *, demonstration: bool) -> None:
        if self.mode is Mode.DEMONSTRATION and not demonstration:
            raise UserError(f"This review holds real data and no sign-in is set up: {HOW}.")


def read_settings(folder: Path) -> Settings:
    path = settings_file(folder)
    if path is None:
        return Settings()
    settings = fitted(Settings, read_toml(path), path.name)
    folders = {"inbox": settings.inbox, "arrivals": settings.arrivals}
    own = {name: str(path.parent / named) for name, named in folders.items() if named}
    settings = settings.model_copy(update=own)
    if settings.sign_in is None:
        return settings
    secrets = ("client_secret_file", "cookie_secret_file")
    paths = {name: path.parent / getattr(settings.sign_in, name) for name in secrets}
    return settings.model_copy(update={"sign_in": settings.sign_in.model_copy(update=paths)})


def read_secret(path: Path) -> str:
    if not path.exists():
        raise UserError(f"There is no secret in {path}; make one with: openssl rand -hex 32 > {path}.")
    # The owner's group may read it: that is how a service account is given a secret it does not own.
    if path.stat().st_mode & 0o007:
        raise UserError(f"Everybody on this machine may read {path}; close it with: chmod 640 {path}.")
    secret = path.read_text(encoding="utf-8").strip()
    if len(secret) < 16:  # noqa: PLR2004  # what a provider hands out is longer
        raise UserError(f"The secret in {path} is too short: it needs at least 16 characters.")
    return secret
