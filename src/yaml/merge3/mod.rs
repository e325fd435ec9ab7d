//! The structural three-way merge: what we changed and what they changed, on one text that both come from.
//!
//! Merged are trees: documents by what identifies them, mappings by key, lists by what identifies their items, scalars as a whole, strings that hold YAML as YAML, other long
//! strings by lines; comments and styles apart from values. The result is our text with splices: what only we changed stays byte for byte, what only they changed is
//! taken from their text with its comments. What both changed differently is a [`Conflict`]. The result is parsed again and must hold exactly the intended
//! tree, else the document is left as it is and reported as one conflict.
//!
//! Where a merge by lines is clean and holds the same tree, its text is taken: it keeps blank lines and the order of neighbours as people know it.
//!
//! Which lists have which keys is knowledge from above, handed in as [`Identity`]. Must not know Kubernetes, nor files.

mod collection;
mod comment;
mod conflict;
mod document;
mod intended;
mod relocate;
mod scalar;
mod sequence;
mod stream;
mod unit;
mod weave;

use super::{node::Node, parse::SyntaxError, route::Route};
pub use conflict::{Conflict, ConflictKind, Excerpt, MARKER};

/// What becomes of a place that both sides changed differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Favour {
    /// Ours stays, and a comment above it shows what was and what they want.
    #[default]
    Markers,
    /// Ours stays.
    Ours,
    /// Theirs is taken.
    Theirs,
}

/// How the items of a list are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListIdentity {
    /// By the scalars at these fields, each a row of keys. Fields that an item lacks do not count.
    Fields(Vec<Vec<&'static str>>),
    /// By the first of these fields that every item has, each with a value of its own; by their order, if there is none.
    AnyField(Vec<&'static str>),
    /// By their whole content: a set.
    Content,
    /// By nothing but their order.
    Order,
}

/// A list in a document.
#[derive(Clone, Copy, Debug)]
pub struct List<'p> {
    /// The root of the document, or of the string in it that holds YAML, on our side.
    pub root: Node<'p>,
    /// The keys that lead to the list, `*` for each list on the way.
    pub path: &'p [String],
}

/// The knowledge of what identifies documents and items.
pub trait Identity: Sync {
    /// What identifies a document, such as group, kind, namespace and name; `None` if its place does.
    fn document(&self, root: Node<'_>) -> Option<String>;

    /// How the items of a list are told apart; `None` if nothing is known of it.
    fn list(&self, list: List<'_>) -> Option<ListIdentity>;
}

/// How to merge.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// What identifies documents and items.
    pub identity: &'a dyn Identity,
    /// What becomes of conflicts.
    pub favour: Favour,
    /// What the base is called in markers.
    pub base: &'a str,
    /// What their side is called in markers.
    pub theirs: &'a str,
    /// Whether the text of a merge by lines is taken where it holds the same tree.
    pub prefers_lines: bool,
}

/// The three texts.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// What both come from.
    pub base: &'a str,
    /// Ours.
    pub ours: &'a str,
    /// Theirs.
    pub theirs: &'a str,
}

/// A merged text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The text.
    pub text: String,
    /// What both sides changed differently, in the order of the text.
    pub conflicts: Vec<Conflict>,
}

/// Which side is no YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What both come from.
    Base,
    /// Ours.
    Ours,
    /// Theirs.
    Theirs,
}

/// Why texts cannot be merged as YAML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// A side is no YAML.
    #[error("{error}")]
    Syntax {
        /// Which.
        side: Side,
        /// Why.
        error: Box<SyntaxError>,
    },
    /// A side has directives, or documents that begin on the line of their marker.
    #[error("directives and documents on the line of their marker are not merged as YAML")]
    Unusual(Side),
}

/// Merges three texts.
pub fn merge(sides: Sides<'_>, options: &Options<'_>) -> Result<Merged, MergeError> {
    stream::merge(sides, options)
}

/// The documents of a file, each with what identifies it, if anything does; `None` for texts that cannot be cut into documents.
pub fn split(text: &str, identity: &dyn Identity) -> Option<Vec<(Option<String>, String)>> {
    stream::split(text, identity)
}

/// The file of some documents.
pub fn join(documents: &[String]) -> String {
    stream::join(documents)
}

/// Moves an entry of a text with one document to another place in it, with its comments and as it is written. `None` if that cannot be done: nothing is at `from`, something
/// is at `to`, or either is not written as a block.
pub fn relocate(text: &str, from: &Route, to: &Route) -> Option<String> {
    relocate::entry(text, from, to)
}

/// Whether two texts hold the same documents with the same comments; texts that are no YAML never do.
pub fn same(left: &str, right: &str) -> bool {
    stream::same(left, right)
}
