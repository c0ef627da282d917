"""Lists: forms, chunks, versions, label and field selectors."""

from __future__ import annotations

import base64
from typing import Final

from tests.embedded.script.case import (
    ATTIC,
    PARTIAL,
    PARTIAL_LIST,
    SECRETS,
    SHOP,
    TABLE,
    Case,
    b64,
    delete,
    emptied,
    get,
    post,
    secret,
)

_LABELS: Final = (
    *(
        "par=even",
        "par==odd",
        "par!=even",
        "par",
        "!par",
        "par in (even,odd)",
        "par notin (even)",
        "n>2",
        "n<2",
    ),
    *(
        "par=even,n!=0",
        "=",
        "a=b=c",
        "par in even",
        "!!x",
        "a b",
        "par=",
        "x y=z",
        "par in ()",
        "n>x",
        "-a=b",
    ),
    *("a=b c", ",", "par=even,", ",par=even", "par in (even", "(a)", "par notin(odd)", "par=%C3%A9"),
    *("n in (1,2),par=odd", "a/b/c=d", "x.y/z=1", "par =", "in=x", "notin", "x in (in)", "par in (,even)"),
)
_FIELDS: Final = (
    *("metadata.name=s1", "metadata.name!=s1", "metadata.name==s1", "metadata.namespace=shop", "type=Opaque"),
    *("metadata.namespace=attic", "type!=Opaque", "foo=bar", "metadata.name", "metadata.name=s1,type=Opaque"),
    *(
        "metadata.labels=x",
        "=",
        "a=b=c",
        "type=a\\,b",
        "type=a\\b",
        "type=",
        "spec.x!=1",
        "metadata.name in (a)",
    ),
    *(",", "type=Opaque,", "metadata.name=s%3D1", "metadata.name=a=b"),
)
_NEXT: Final = base64.urlsafe_b64encode(b'{"v":"meta.k8s.io/v1","rv":-1,"start":"s1\\u0000"}').decode()


def _labelled(number: int) -> Case:
    labels = {"n": str(number), "par": "even" if number % 2 == 0 else "odd"}
    metadata = {"labels": labels} if number < 4 else {}
    return post(SECRETS, secret(f"s{number}", data={"k": b64(str(number))}, metadata=metadata), is_quiet=True)


CASES: Final[list[Case]] = [
    *emptied(),
    *(_labelled(number) for number in range(5)),
    post(f"{ATTIC}/secrets", secret("s0", type="helm.sh/release.v1"), is_quiet=True),
    post(f"{ATTIC}/secrets", secret("s1", type="x/y"), is_quiet=True),
    *(get(SECRETS, form) for form in ({}, TABLE, PARTIAL, PARTIAL_LIST, {"Accept": "*/*"})),
    *(get(f"{SECRETS}?includeObject={word}", TABLE) for word in ("None", "Object", "Metadata")),
    *(
        get(SECRETS, {"Accept": accept})
        for accept in (
            "text/html",
            "application/json;as=Foo;v=v1;g=meta.k8s.io",
            "application/json;as=Table;v=v2;g=meta.k8s.io",
            "text/html,application/json",
        )
    ),
    get(f"{SECRETS}?limit=2", save="l"),
    get(f"{SECRETS}?limit=2&continue={{{{l_continue}}}}", save="l"),
    get(f"{SECRETS}?limit=2&continue={{{{l_continue}}}}"),
    get(f"{SECRETS}?limit=2", TABLE, save="l"),
    get(f"{SECRETS}?limit=2&continue={{{{l_continue}}}}&includeObject=None", TABLE),
    get(f"{SECRETS}?limit=2", PARTIAL_LIST),
    get(f"{SECRETS}?continue={{{{l_continue}}}}"),
    get(f"{SECRETS}?continue={{{{l_continue}}}}&resourceVersion=1"),
    get(f"{ATTIC}/secrets?continue={{{{l_continue}}}}"),
    *(get(f"{SECRETS}?continue={token}") for token in ("abc", "%25%25", _NEXT.rstrip("="))),
    *(get(f"{SECRETS}?limit={limit}") for limit in ("0", "-1", "x", "5", "4")),
    get(f"{SECRETS}?limit=2&resourceVersion=0"),
    *(get(f"{SECRETS}?resourceVersion={version}") for version in ("0", "1", "abc", "-1", "99999999")),
    *(get(f"{SECRETS}/s1?resourceVersion={version}") for version in ("0", "abc", "99999999")),
    get(f"{SECRETS}?resourceVersionMatch=Exact"),
    *(get(f"{SECRETS}?resourceVersion=0&resourceVersionMatch={word}") for word in ("Exact", "Foo")),
    get(f"{SECRETS}?resourceVersion=1&resourceVersionMatch=NotOlderThan"),
    get(f"{SECRETS}?sendInitialEvents=true"),
    get(f"{SECRETS}?timeoutSeconds=x"),
    get(SECRETS, save="z"),
    delete(f"{SECRETS}/s3", is_quiet=True),
    get(f"{SECRETS}?resourceVersion={{{{z_rv}}}}&resourceVersionMatch=Exact&limit=2"),
    get(f"{SECRETS}?resourceVersion={{{{z_rv}}}}&resourceVersionMatch=Exact"),
    get(f"{SECRETS}?resourceVersion={{{{z_rv}}}}&limit=2"),
    *(get(f"{SECRETS}?labelSelector={text}", PARTIAL_LIST) for text in _LABELS),
    get(f"{SECRETS}?labelSelector=par=even&limit=1", save="l"),
    get(f"{SECRETS}?labelSelector=par=even&limit=1&continue={{{{l_continue}}}}"),
    *(get(f"{SECRETS}?fieldSelector={text}", PARTIAL_LIST) for text in _FIELDS),
    get(f"{ATTIC}/secrets?fieldSelector=type!=helm.sh/release.v1", TABLE),
    get("/api/v1/namespaces?fieldSelector=metadata.namespace=x"),
    get("/api/v1/namespaces?fieldSelector=status.phase=Foo"),
    get(f"{SHOP}/pods?fieldSelector=status.phase=Foo"),
    get(f"{SHOP}/pods?fieldSelector=foo=Foo"),
    get(f"{SHOP}/events?fieldSelector=type=Warning,involvedObject.kind=Pod"),
    get(f"{SHOP}/events?fieldSelector=foo=1"),
    get(f"{SHOP}/serviceaccounts?fieldSelector=foo=1"),
    delete(f"{SECRETS}?labelSelector=par=odd"),
    get(SECRETS, PARTIAL_LIST),
    delete(f"{SECRETS}?dryRun=All"),
    delete(SECRETS, {"kind": "DeleteOptions", "apiVersion": "v1"}),
    get(SECRETS),
]
