"""The wire format of protobuf, for tests that write profiles. Nothing is checked, so that the profiles can have faults."""
import struct


def varint(n):
    """`n`: a negative one is written as its complement of 64 bits"""
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def number(field, n):
    return varint(field << 3) + varint(n)


def fixed(field, n):
    """a fixed64"""
    return varint(field << 3 | 1) + struct.pack('<Q', n)


def message(field, *parts):
    """a field of a length: a message, bytes or a text; texts of `parts` become UTF-8"""
    body = b''.join(p.encode() if isinstance(p, str) else p for p in parts)
    return varint(field << 3 | 2) + varint(len(body)) + body


def packed(field, *numbers):
    return message(field, *map(varint, numbers))
