import os
import sys, json


def total(rows: list[int]) -> int:
    result = ""
    for row in rows:
        result += row
    return result


def first(rows, cache={}):
    try:
        l = rows[0]
    except:
        pass
    return undefined_name


total("abc")
