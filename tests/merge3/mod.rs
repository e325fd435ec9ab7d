//! The structural three-way merge: examples whose results were written by hand, and the laws that hold for all texts.

mod examples;
mod laws;
mod trees;

use treewright::yaml::{
    Node,
    merge3::{self, Favour, Identity, List, ListIdentity, Merged, Options, Sides},
};

/// Documents by kind and name, lists by name, `set` and `args` as their names say.
pub(super) struct Plain;

impl Identity for Plain {
    fn document(&self, root: Node<'_>) -> Option<String> {
        let name = root.at(&["metadata", "name"])?.text()?;
        Some(format!("{}/{name}", root.get("kind")?.text()?))
    }

    fn list(&self, list: List<'_>) -> Option<ListIdentity> {
        match list.path.last()?.as_str() {
            "set" => Some(ListIdentity::Content),
            "args" => Some(ListIdentity::Order),
            _ => None,
        }
    }
}

pub(super) fn options(favour: Favour) -> Options<'static> {
    Options { identity: &Plain, favour, base: "site 1.0.0", theirs: "site 2.0.0", prefers_lines: false }
}

pub(super) fn merge(base: &str, ours: &str, theirs: &str, favour: Favour) -> Merged {
    merge3::merge(Sides { base, ours, theirs }, &options(favour)).expect("all sides are YAML")
}
