"""Expressions `${...}` of OpenSCENARIO XML 1.1 to 1.3 (section 9.2 of the standard).

Operands are numbers, `true`, `false`, `pi` (1.4) and parameters `$name`. From the tightest to the loosest:

| operators | of -> gives |
|---|---|
| `-x`, `round floor ceil` | numeric; double -> int |
| `sqrt sin cos tan asin acos atan` | double -> double, angles in rad |
| `sign abs`, `max(a, b) min(a, b)` | numeric -> numeric |
| `pow(x, y)`, `*`, `/`, `%` | `/` and `pow` give double; `%` has the sign of its left side |
| `+`, `-` | numeric |
| `not`, then `and`, then `or` | boolean; the numbers 0 and 1 serve as false and true |

An int and an int give an int, else a double. Not a number, infinite and out of range are errors: an expression never
yields a wrong number silently.

Operators are not defined for strings by the standard; files in the wild join text with `+` all the same
(`${$name + _event}`): `joined` does so for attributes of type String.
"""

import math
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jing_maps.errors import JingError
from jing_scenarios.openscenario.findings import nearest, one_of
from jing_scenarios.openscenario.node import Value
from jing_scenarios.openscenario.values import value_of

__all__ = ["ExpressionError", "evaluated", "joined"]

_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(\$?[A-Za-z_]\w*)|([-+*/%(),]))")
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "pi": math.pi}
_FUNCTIONS: dict[str, tuple[int, Callable[..., float]]] = {
    "round": (1, lambda x: math.copysign(math.floor(abs(x) + 0.5), x)),
    "floor": (1, math.floor),
    "ceil": (1, math.ceil),
    "sqrt": (1, math.sqrt),
    "sin": (1, math.sin),
    "cos": (1, math.cos),
    "tan": (1, math.tan),
    "asin": (1, math.asin),
    "acos": (1, math.acos),
    "atan": (1, math.atan),
    "sign": (1, lambda x: (x > 0) - (x < 0)),
    "abs": (1, abs),
    "max": (2, max),
    "min": (2, min),
    "pow": (2, math.pow),
}
_GREATEST = sys.float_info.max
_GREATEST_WHOLE = 2**63
_WHOLE = {"round", "floor", "ceil"}
_KEEPS_TYPE = {"sign", "abs", "max", "min"}


class ExpressionError(JingError, ValueError):
    """An expression that cannot be evaluated; the message says why and what would be right."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`number`, `name`, `sign` or `end`."""
    text: str


def evaluated(text: str, parameters: Mapping[str, str]) -> Value:
    """The value of `${...}`; `parameters` are texts by name. Raises ExpressionError.

    >>> evaluated("${$v / 3.6 + round(1.5)}", {"v": "36"})
    12.0
    >>> evaluated("${not false and 7 % 4}", {})
    Traceback (most recent call last):
    ...
    jing_scenarios.openscenario.expressions.ExpressionError: 'and' joins true or false; 3 is neither
    """
    if not text.endswith("}"):
        raise ExpressionError("an expression ends with '}'")
    reader = _Reader(_tokens(text[2:-1]), parameters)
    value = reader.either()
    reader.expect("end", "")
    return value


def joined(text: str, parameters: Mapping[str, str]) -> str | None:
    """Text of `${$name + words}`, its parts without the blanks around them; None where it is no such expression.

    >>> joined("${$name + _ + brake}", {"name": "Ego"})
    'Ego_brake'
    """
    parts = [part.strip() for part in text[2:-1].split("+")]
    if not text.endswith("}") or len(parts) < 2 or not all(re.fullmatch(r"\$?[\w][\w .:-]*", part) for part in parts):
        return None
    names = [part[1:] for part in parts if part.startswith("$")]
    if any(name not in parameters for name in names):
        return None
    return "".join(parameters[part[1:]] if part.startswith("$") else part for part in parts)


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            odd = text[at:].strip()[0]
            raise ExpressionError(
                f"{odd!r} is no operator; {one_of(['+ - * / %', *_FUNCTIONS, 'not', 'and', 'or'], 30)}"
            )
        number, name, sign = match.groups()
        kind = "number" if number else "name" if name else "sign"
        tokens.append(_Token(kind, number or name or sign))
        at = match.end()
    return [*tokens, _Token("end", "")]


class _Reader:
    """Reads tokens from the left, one method a level of precedence."""

    def __init__(self, tokens: list[_Token], parameters: Mapping[str, str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.parameters = parameters

    def take(self, *texts: str) -> str | None:
        """The next token's text, if it is one of these; it is passed then."""
        text = self.tokens[self.at].text
        if text and text in texts:
            self.at += 1
            return text
        return None

    def expect(self, kind: str, text: str) -> None:
        """Passes a token that must stand here."""
        found = self.tokens[self.at]
        if found.kind != kind or (text and found.text != text):
            wanted = repr(text) if text else "an operator or the end"
            raise ExpressionError(f"{found.text or 'the end'!r} where {wanted} is right")
        self.at += 1

    def either(self) -> Value:
        """... or ..."""
        value = self.both()
        while self.take("or"):
            value = _truth(value, "or") | _truth(self.both(), "or")
        return value

    def both(self) -> Value:
        """... and ..."""
        value = self.negation()
        while self.take("and"):
            value = _truth(value, "and") & _truth(self.negation(), "and")
        return value

    def negation(self) -> Value:
        """not ..."""
        return not _truth(self.negation(), "not") if self.take("not") else self.sum()

    def sum(self) -> Value:
        """... + ... - ..."""
        value = self.product()
        while sign := self.take("+", "-"):
            value = _calculated(sign, value, self.product())
        return value

    def product(self) -> Value:
        """... * ... / ... % ..."""
        value = self.signed()
        while sign := self.take("*", "/", "%"):
            value = _calculated(sign, value, self.signed())
        return value

    def signed(self) -> Value:
        """-..."""
        if sign := self.take("-", "+"):
            number = _number(self.signed(), sign)
            return -number if sign == "-" else number
        return self.operand()

    def operand(self) -> Value:
        """A number, a name, a function or something in brackets."""
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "number":
            return _finite(int(token.text) if token.text.isdigit() else float(token.text), token.text[:20])
        if token.text == "(":
            value = self.either()
            self.expect("sign", ")")
            return value
        if token.kind == "name":
            return self._named(token.text)
        raise ExpressionError(f"{token.text or 'the end'!r} where a number, a parameter or a function is right")

    def _named(self, name: str) -> Value:
        if name.startswith("$"):
            return self._parameter(name[1:])
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name not in _FUNCTIONS:
            if name in self.parameters:
                raise ExpressionError(f"{name!r} is a parameter: write '${name}'")
            raise ExpressionError(f"no function {name!r}; {nearest(name, _FUNCTIONS)}")
        self.expect("sign", "(")
        values = [self.either()]
        while self.take(","):
            values.append(self.either())
        self.expect("sign", ")")
        return _called(name, values)

    def _parameter(self, name: str) -> Value:
        if name not in self.parameters:
            raise ExpressionError(f"no parameter {name!r}; {nearest(name, self.parameters)}")
        text = self.parameters[name].strip()
        if text in {"true", "false"}:
            return text == "true"
        whole = re.fullmatch(r"[+-]?\d+", text)
        value = int(text) if whole else value_of(text, "Double")
        if value is None:
            raise ExpressionError(
                f"parameter {name!r} is {text!r}; a number or true or false is right in an expression"
            )
        return value


def _calculated(sign: str, left: Value, right: Value) -> Value:
    a, b = _number(left, sign), _number(right, sign)
    if sign in "/%" and b == 0:
        raise ExpressionError(f"{a:g} {sign} 0: a division by zero")
    if sign == "/":
        return _finite(a / b, sign)
    if sign == "%":
        rest = math.fmod(a, b) if math.isfinite(a) else math.nan
        return int(rest) if isinstance(a, int) and isinstance(b, int) else _finite(rest, sign)
    return _finite(a + b if sign == "+" else a - b if sign == "-" else a * b, sign)


def _called(name: str, values: list[Value]) -> Value:
    count, function = _FUNCTIONS[name]
    if len(values) != count:
        raise ExpressionError(f"{name} has {len(values)} operands; {count} {'is' if count == 1 else 'are'} right")
    numbers = [_number(value, name) for value in values]
    try:
        result = function(*numbers)
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        raise ExpressionError(f"{name}({', '.join(f'{number:g}' for number in numbers)}): {error}") from None
    if name in _WHOLE or (name in _KEEPS_TYPE and all(isinstance(number, int) for number in numbers)):
        return int(result)
    return _finite(float(result), name)


def _finite(value: float, sign: str) -> float:
    if not -_GREATEST <= value <= _GREATEST or (isinstance(value, int) and abs(value) > _GREATEST_WHOLE):
        raise ExpressionError(f"{sign!r} gives a number that is out of range")
    return value


def _number(value: Value, sign: str) -> int | float:
    if isinstance(value, bool | str):
        raise ExpressionError(f"{sign!r} calculates with numbers; {str(value).lower()!r} is none")
    return value


def _truth(value: Value, word: str) -> bool:
    if isinstance(value, bool) or value in {0, 1}:
        return bool(value)
    raise ExpressionError(f"{word!r} joins true or false; {value} is neither")
