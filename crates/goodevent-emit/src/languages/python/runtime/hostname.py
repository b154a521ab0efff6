"""Host names of ASCII (RFC 1123), of any script (RFC 5890 to 5893), and mailboxes (RFC 5321)."""

from __future__ import annotations

import re
import unicodedata
from typing import Callable, Sequence

from .address import is_ipv4, is_ipv6

_LABEL = re.compile("[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def is_ascii_hostname(text: str) -> bool:
    """Test for labels of letters, digits and inner hyphens, between dots."""
    return len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.split("."))


def is_hostname(text: str) -> bool:
    """Test for the same; a label with hyphens in third and fourth place must be an A-label."""
    return is_ascii_hostname(text) and all(
        label[2:4] != "--" or _is_a_label(label) for label in text.split(".")
    )


def _is_a_label(label: str) -> bool:
    decoded = _punycode(label[4:]) if label.startswith("xn--") else None
    return decoded is not None and _is_label(decoded)


_MAX_32 = 0xFFFF_FFFF


def _punycode(encoded: str) -> str | None:
    """Decode Punycode (RFC 3492)."""
    base = 36
    hyphen = encoded.rfind("-")
    label = list(encoded[:hyphen]) if hyphen > 0 else []
    digits = iter(encoded[hyphen + 1 :] if hyphen > 0 else encoded)
    code, index, bias = 128, 0, 72
    for first in digits:
        before, weight, k, digit = index, 1, base, first
        while True:
            value = _digit(digit)
            if value is None:
                return None
            index += value * weight
            threshold = min(max(k - bias, 1), 26)
            if index > _MAX_32:
                return None
            if value < threshold:
                break
            weight *= base - threshold
            following = next(digits, None)
            if weight > _MAX_32 or following is None:
                return None
            k, digit = k + base, following
        n_chars = len(label) + 1
        bias = _adapted(index - before, n_chars, before == 0)
        code += index // n_chars
        index %= n_chars
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            return None
        label.insert(index, chr(code))
        index += 1
    return "".join(label)


def _digit(char: str) -> int | None:
    """Return the value of a digit: letters come before digits."""
    if "0" <= char <= "9":
        return ord(char) - ord("0") + 26
    lower = char.lower()
    return ord(lower) - ord("a") if "a" <= lower <= "z" else None


def _adapted(delta: int, n_chars: int, is_first: bool) -> int:
    delta //= 700 if is_first else 2
    delta += delta // n_chars
    k = 0
    while delta > 455:
        delta //= 35
        k += 36
    return k + 36 * delta // (delta + 38)


_VIRAMAS = frozenset(
    "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u0e3a\u0f84\u1039\u1714\u1734\u17d2\u1a60\u1b44\u1baa"
    "\u1bf2\u1bf3\u2d7f\ua806\ua8c4\ua953\uabed\U00010a3f\U00011046\U0001107f\U000110b9\U00011133\U000111c0\U00011235"
    "\U000112ea\U0001134d\U00011442\U000114c2\U000115bf\U0001163f\U000116b6\U0001172b\U00011839\U000119e0\U00011a34"
    "\U00011a47\U00011a99\U00011c3f\U00011d44\U00011d45\U00011d97"
)
_ALLOWED = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"))
_EXCEPTIONS = frozenset("\u200c\u30fb\u06fd\u06fe\u0f0b\u3007")
_DISALLOWED = frozenset("\u0640\u07fa\u302e\u302f\u3031\u3032\u3033\u3034\u3035\u303b")


def _is_label(label: str) -> bool:
    """Test if the characters of a label may be where they are (RFC 5892)."""
    if label and unicodedata.category(label[0]).startswith("M"):
        return False
    is_japanese = any("\u3040" <= char <= "\u30ff" and char != "\u30fb" or "\u4e00" <= char <= "\u9fff" for char in label)
    if "\u30fb" in label and not is_japanese:
        return False
    if any("\u0660" <= char <= "\u0669" for char in label) and any("\u06f0" <= char <= "\u06f9" for char in label):
        return False
    return all(_is_allowed(char, label[at - 1 : at], label[at + 1 : at + 2]) for at, char in enumerate(label))


def _is_allowed(char: str, before: str, behind: str) -> bool:
    if char == "\u200d":
        return before in _VIRAMAS
    if char == "\u00b7":
        return before == "l" and behind == "l"
    if char == "\u0375":
        return "\u0370" <= behind <= "\u03ff"
    if char in "\u05f3\u05f4":
        return "\u0590" <= before <= "\u05ff"
    if char in _DISALLOWED:
        return False
    return char in _EXCEPTIONS or char <= "\x7f" or unicodedata.category(char) in _ALLOWED


def is_idn_hostname(text: str) -> bool:
    """Test for a host name of any script, with the Unicode data of the Python version (UTS 46, non-transitional)."""
    labels = _unicode_labels(text)
    if labels is None or not all(_is_sound(label) for label in labels):
        return False
    ascii_labels = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels]
    is_bidi = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for label in labels for char in label)
    return is_hostname(".".join(ascii_labels)) and (not is_bidi or all(_is_one_direction(label) for label in labels))


def _unicode_labels(text: str) -> Sequence[str] | None:
    """Return the labels of a name as UTS 46 maps them, with A-labels decoded."""
    labels = []
    for label in _mapped(text).split("."):
        if label.startswith("xn--"):
            decoded = _punycode(label[4:])
            if decoded is None or decoded.isascii() or _mapped(decoded) != decoded:
                return None
            label = decoded
        labels.append(label)
    return labels


_IGNORED = re.compile("[\u00ad\u034f\u180b-\u180d\u180f\u200b\u2060\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_DEVIATIONS = frozenset("\u00df\u03c2\u200c\u200d")


def _mapped(text: str) -> str:
    if text.isascii():
        return text.lower()
    text = _DOTS.sub(".", _IGNORED.sub("", text))
    chars = (char if char in _DEVIATIONS else _folded(char) for char in text)
    return unicodedata.normalize("NFC", "".join(chars))


def _folded(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).casefold()
    return unicodedata.normalize("NFKC", folded)


def _is_sound(label: str) -> bool:
    if label == "" or label[2:4] == "--" or label.startswith("-") or label.endswith("-"):
        return False
    return _is_label(label) and all(
        _joins(label[:at], label[at + 1 :]) for at, char in enumerate(label) if char == "\u200c"
    )


_CURSIVE = ("ARABIC ", "SYRIAC ", "MONGOLIAN ", "NKO ", "MANDAIC ", "PHAGS-PA ", "ADLAM ", "MANICHAEAN ")


def _joins(before: str, behind: str) -> bool:
    """Test for a letter that joins on both sides of a non-joiner (RFC 5892 A.1)."""
    if before and unicodedata.combining(before[-1]) == 9:
        return True
    left, right = (_letters(part) for part in (before, behind))
    is_cursive = [unicodedata.name(char, "").startswith(_CURSIVE) for char in (left[-1:], right[:1]) if char]
    return len(is_cursive) == 2 and all(is_cursive)


def _letters(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) not in ("Mn", "Me", "Cf"))


_NEUTRAL = frozenset(("EN", "ES", "CS", "ET", "ON", "BN", "NSM"))


def _is_one_direction(label: str) -> bool:
    """Test the rule of RFC 5893 for a label of a name with characters from right to left."""
    all_directions = [unicodedata.bidirectional(char) for char in label]
    directions = frozenset(all_directions)
    first = all_directions[0]
    last = next((own for own in reversed(all_directions) if own != "NSM"), "")
    if first in ("R", "AL"):
        is_of_one = directions <= _NEUTRAL | {"R", "AL", "AN"} and not {"EN", "AN"} <= directions
        return is_of_one and last in ("R", "AL", "EN", "AN")
    return first == "L" and directions <= _NEUTRAL | {"L"} and last in ("L", "EN")


def is_email(text: str) -> bool:
    """Test for a mailbox of ASCII."""
    local, domain = _mailbox(text)
    return local.isascii() and _is_local(local) and _is_domain(domain, is_hostname)


_NOT_ASCII = re.compile("[^\x00-\x7f]")


def is_idn_email(text: str) -> bool:
    """Test for a mailbox of any script: its structure is that of one of ASCII."""
    local, domain = _mailbox(text)
    return _is_local(_NOT_ASCII.sub("a", local)) and _is_domain(domain, is_idn_hostname)


_WHITE_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def _mailbox(text: str) -> tuple[str, str]:
    """Return local part and domain; also of `Name <local@domain>`."""
    bracket = text.rfind(" <")
    if bracket >= 0:
        text = text[bracket + 2 :].strip(_WHITE_SPACE)
        if not text.endswith(">"):
            return "", ""
        text = text[:-1]
    local, at, domain = text.rpartition("@")
    return (local, domain) if at else ("", "")


_ATOM = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+"
_DOTTED = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED = re.compile(r'"(?:\\[!-~]|[ \t!#-\[\]-~])*"')


def _is_local(text: str) -> bool:
    return 1 <= len(text) <= 64 and (_DOTTED.fullmatch(text) or _QUOTED.fullmatch(text)) is not None


def _is_domain(text: str, is_name: Callable[[str], bool]) -> bool:
    if len(text) < 2 or not (text.startswith("[") and text.endswith("]")):
        return is_name(text)
    literal = text[1:-1]
    return is_ipv6(literal[5:]) if literal[:5].lower() == "ipv6:" else is_ipv4(literal)
