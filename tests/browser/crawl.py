"""Measure the whole built book: ``python -m tests.browser.crawl [report.json]``.

Every page at 390 px, and the accessibility rules at 1280 px in light and dark.
``--folder`` measures another build.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from tests.browser import measure
from tests.browser.backlinks import one_way
from tests.browser.site import HTML, broken_links, chromium, page_names, served


def crawl(folder=HTML, rules=True):
    """Return a dict of what is wrong, page by page."""
    report = {"pages": {}, "lectures": {}, "axe": {"light": {}, "dark": {}}}
    with served(folder) as address, chromium() as driver:
        for name in page_names(folder):
            measure.look(driver, 390, 844)
            measure.visit(driver, address + name)
            page = {"shift": driver.execute_async_script(measure.SHIFT)}
            page |= driver.execute_script(measure.WEIGHT)
            page |= driver.execute_script(measure.NAMES)
            driver.execute_async_script(measure.OPEN)
            page |= driver.execute_script(measure.WIDTHS)
            page["console"] = measure.console_errors(driver)
            page["outside"] = measure.outside_requests(driver)
            report["pages"][name] = page
            if re.match(r"book/\d", name):
                measure.look(driver, 1280)
                measure.visit(driver, address + name)
                report["lectures"][name] = driver.execute_script(measure.LECTURE)
            if not rules:
                continue
            measure.look(driver, 1280)
            for mode in ("light", "dark"):
                measure.visit(driver, address + name, dark=mode == "dark")
                report["axe"][mode][name] = measure.axe(driver)
                measure.console_errors(driver)
    report["broken"] = broken_links(folder)
    report["one_way"] = one_way(folder)
    return report


def summary(report):
    """Return the report in a few numbers."""
    pages = report["pages"].values()
    numbers = {
        "pages": len(pages),
        "displays over by > 10 px": sum(
            over > 10 for p in pages for over, _ in p["displays"]
        ),
        "displays over by > 1 px": sum(len(p["displays"]) for p in pages),
        "inline formulas over": sum(len(p["inline"]) for p in pages),
        "pages that overflow": sum(p["page"] > 1 for p in pages),
        "worst display": max((o for p in pages for o, _ in p["displays"]), default=0),
        "pages that shift by > .05": sum(p["shift"] > 0.05 for p in pages),
        "heaviest page in MB": max(p["weight"] for p in pages),
        "slowest page in s": max(p["drawn"] for p in pages),
        "cut": sum(len(p["cut"]) for p in pages),
        "links without a name": sum(p["empty"] for p in pages),
        "tab stops": sum(p["stops"] for p in pages),
        "formulas that are tab stops": sum(p["formulas"] for p in pages),
        "console errors": sum(len(p["console"]) for p in pages),
        "outside requests": sum(len(p["outside"]) for p in pages),
        "broken links": len(report["broken"]),
        "one-way": {k: len(v) for k, v in report["one_way"].items()},
    }
    numbers["lectures"] = report["lectures"]
    for mode, found in report["axe"].items():
        count = Counter()
        for violations in found.values():
            for v in violations:
                count[f"{v['rule']} ({v['impact']})"] += v["nodes"]
        numbers[f"axe {mode}"] = dict(count.most_common())
    return numbers


def main():
    """Crawl, print the summary, write the report."""
    parser = argparse.ArgumentParser(description="Measure the built book.")
    parser.add_argument("report", nargs="?", help="a JSON file to write")
    parser.add_argument("--folder", type=Path, default=HTML)
    parser.add_argument("--no-axe", action="store_true")
    options = parser.parse_args()
    report = crawl(options.folder, rules=not options.no_axe)
    report["summary"] = summary(report)
    if options.report:
        Path(options.report).write_text(json.dumps(report, indent=1), "utf-8")
    print(json.dumps(report["summary"], indent=1))


if __name__ == "__main__":
    main()
