"""Folded proofs and solutions, and an index of the results by their titles.

A proof that begins with a sentence in emphasis shows that sentence while it is folded:
``*The idea in one sentence.* Then the details.``
"""

from collections import defaultdict

from docutils import nodes
from sphinx_exercise.nodes import solution_node
from sphinx_proof.directive import ProofDirective
from sphinx_proof.domain import ProofIndex
from sphinx_proof.nodes import proof_node

from companion.checked_by import details, summary
from companion.places import page_title, result


class FoldedProof(ProofDirective):
    """A proof that opens by mouse, by keyboard and for print."""

    def run(self):
        body = nodes.container(classes=["proof-content"])
        self.state.nested_parse(self.content, self.content_offset, body)
        line = summary("", "", nodes.inline("", "Proof", classes=["proof-name"]))
        idea = idea_of(body)
        if idea is not None:
            paragraph = idea.parent
            paragraph.remove(idea)
            line += nodes.inline("", " ", *idea.children, classes=["proof-idea"])
            if not paragraph.astext().strip():
                body.remove(paragraph)
        folded = details("", line, body, classes=["proof", "folded"])
        folded["classes"] += self.options.get("class", [])
        return [proof_node("", folded)]


def idea_of(body):
    """Return the sentence in emphasis that a proof begins with, or None."""
    first = body.children[0] if body.children else None
    if not isinstance(first, nodes.paragraph):
        return None
    idea = first[0]
    sentence = idea.astext().endswith(".") and len(idea.astext()) > 25
    return idea if isinstance(idea, nodes.emphasis) and sentence else None


def visit_solution(self, node):
    """Begin a solution: folded if it is a dropdown."""
    self.folded_solution = "dropdown" in node["classes"]
    if self.folded_solution:
        node["classes"].remove("dropdown")
        self.body.append(self.starttag(node, "details", CLASS="folded admonition"))
    else:
        self.body.append(self.starttag(node, "div", CLASS="admonition"))


def depart_solution(self, node):
    """End a solution; its title becomes the line that always shows."""
    tag = "details" if self.folded_solution else "div"
    self.body.append(f"</{tag}>\n")


def titles_of_results(index, docnames=None):
    """Return the entries of the index of results, chapter by chapter."""
    env, content = index.domain.env, defaultdict(list)
    for label, entry in getattr(env, "proof_list", {}).items():
        page, _, name, title = result(env, label)
        if not label.startswith(entry["realtype"]):
            chapter = page_title(page, env)
            row = (f"{name}: {title}" if title else name, 0, page, label, "", "", "")
            content[page, chapter].append(row)
    numbered = sorted(content.items())
    return [(chapter, rows) for (_, chapter), rows in numbered], False


def setup_results(app):
    """Put these in the place of what the extensions bring."""
    app.add_directive_to_domain("prf", "proof", FoldedProof, override=True)
    app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))
    ProofIndex.generate = titles_of_results
    ProofIndex.localname = "Definitions and results"
