//! `x-proofmark-parity`: how two targets are compared.

use super::Reader;
use super::node::{Item, Node};
use crate::arazzo::{Compared, Failing, ParityProfile, ParityRule, WrittenRule};
use crate::code::Severity;

/// The words of `failOn`, which are those of `--fail-on`.
const FAILING: [(&str, Failing); 4] = [
    ("error", Failing::From(Severity::Error)),
    ("warning", Failing::From(Severity::Warning)),
    ("note", Failing::From(Severity::Note)),
    ("never", Failing::Never),
];

impl<'a> Reader<'a> {
    /// `x-proofmark-parity`; `None` if there is none. Rules that make no sense are left out with an
    /// error.
    pub(super) fn parity(&mut self, root: &Node<'a>) -> Option<ParityProfile> {
        let item = root.item("x-proofmark-parity")?;
        let node = self.extension_object(&item)?;
        self.only_keys(
            &node,
            &["baseline", "candidate", "compare", "failOn", "rules"],
        );
        let compared = self.compared(&node);
        let rules = self.list(&node, "rules");
        let rules = rules.iter().filter_map(|item| self.parity_rule(item));
        Some(ParityProfile {
            rules: rules.collect(),
            compared,
            fails: self.word(&node, "failOn", &FAILING),
            baseline: self.text(&node, "baseline"),
            candidate: self.text(&node, "candidate"),
            location: self.document.location(&node.at),
        })
    }

    /// `compare`: what is compared at all.
    fn compared(&mut self, node: &Node<'a>) -> Compared {
        let mut compared = Compared::default();
        let Some(node) = node
            .item("compare")
            .and_then(|item| self.extension_object(&item))
        else {
            return compared;
        };
        self.only_keys(&node, &["headers", "order", "values", "messages"]);
        for (name, switch) in [
            ("headers", &mut compared.headers),
            ("order", &mut compared.order),
            ("values", &mut compared.values),
            ("messages", &mut compared.messages),
        ] {
            match node.item(name).map(|item| (item.value.as_bool(), item.at)) {
                None => {}
                Some((Some(says), _)) => *switch = says,
                Some((None, at)) => {
                    let message = format!("`{name}` is neither `true` nor `false`");
                    self.unreadable(&at, message)
                        .hint("it says whether that is compared");
                }
            }
        }
        compared
    }

    fn parity_rule(&mut self, item: &Item<'a>) -> Option<ParityRule> {
        let node = self.extension_object(item)?;
        self.only_keys(&node, &WrittenRule::MEMBERS);
        let written = WrittenRule {
            operation: self.text(&node, "operation"),
            accept: self.accepted(&node),
            kind: self.text(&node, "kind"),
            at: self.text(&node, "at"),
            sameness: self.text(&node, "as"),
            key: self.text(&node, "key"),
            absolute: self.rate(&node, "absolute"),
            relative: self.rate(&node, "relative"),
            reason: self.text(&node, "reason"),
            until: self.text(&node, "until"),
        };
        let place = self.document.location(&node.at).to_string();
        match written.read(place) {
            Ok(rule) => Some(rule),
            Err(error) => {
                let at = match error.member {
                    "" => node.at.clone(),
                    member => node.at.join(member),
                };
                self.unreadable(&at, error.message).hint(error.hint);
                None
            }
        }
    }

    /// `accept`: a category, or a list of them.
    fn accepted(&mut self, node: &Node<'a>) -> Option<Vec<String>> {
        let item = node.item("accept")?;
        let items = if item.value.is_array() {
            self.items(&item)
        } else {
            vec![item]
        };
        let texts = items.iter().filter_map(|item| self.text_of(item));
        Some(texts.collect())
    }
}
