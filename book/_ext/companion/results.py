"""Folded proofs and solutions, and an index of the results by their titles.

The argument of ``{prf:proof}`` is the idea in one sentence, which shows while the proof
is folded.
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

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self):
        line = summary("", "", nodes.inline("", "Proof", classes=["proof-name"]))
        if self.arguments:
            idea, messages = self.state.inline_text(self.arguments[0], self.lineno)
            line += nodes.inline("", " ", *idea, *messages, classes=["proof-idea"])
        body = nodes.container(classes=["proof-content"])
        self.state.nested_parse(self.content, self.content_offset, body)
        folded = details("", line, body, classes=["proof", "folded"])
        folded["classes"] += self.options.get("class", [])
        return [proof_node("", folded)]


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
