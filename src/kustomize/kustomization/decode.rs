//! Reading typed fields out of spanned nodes.
//!
//! Follows the Go decoder that kustomize uses: unknown fields are errors, field names match in any case, null is the same as absent, and nothing is converted.
//! Must not know the fields of a kustomization.

use smol_str::SmolStr;

use super::{
    super::problem::{Problem, ProblemKind},
    Pairs, Text,
};
use crate::{
    diagnostic::Label,
    path::RepoPath,
    text::nearest,
    yaml::{Kind, Node, Style, Type},
};

pub(in super::super) type Result<T> = std::result::Result<T, Box<Problem>>;

/// The fields of one mapping, names checked.
#[derive(Clone, Copy)]
pub(in super::super) struct Fields<'a> {
    path: &'a RepoPath,
    node: Node<'a>,
    strict: bool,
}

impl<'a> Fields<'a> {
    /// Opens a mapping; `what` names it in messages. A null is an empty mapping.
    pub(super) fn open(path: &'a RepoPath, node: Node<'a>, what: &str, known: &[&str]) -> Result<Self> {
        Self::open_as(path, node, what, Some(known))
    }

    /// Opens a mapping as kustomize reads the configuration of its transformers: unknown fields are overlooked, and single values are taken for strings.
    pub(in super::super) fn open_lenient(path: &'a RepoPath, node: Node<'a>, what: &str) -> Result<Self> {
        Self::open_as(path, node, what, None)
    }

    /// Opens a mapping in which the fields that are known, if any are given, may stand.
    fn open_as(path: &'a RepoPath, node: Node<'a>, what: &str, known: Option<&[&str]>) -> Result<Self> {
        let fields = Self { path, node: node.follow(), strict: known.is_some() };
        if !node.is_null() && !node.is_mapping() {
            return Err(fields.wrong_type(node, what, "a mapping"));
        }
        let Some(known) = known else { return Ok(fields) };
        for entry in fields.node.entries() {
            let key = entry.key.text().unwrap_or_default();
            let merge = entry.key.scalar_type() == Some(Type::Merge);
            if !merge && !known.iter().any(|name| name.eq_ignore_ascii_case(key)) {
                return Err(unknown_field(path, entry.key, key, what, known));
            }
        }
        Ok(fields)
    }

    /// Opens an item of a list in this mapping.
    pub(super) fn item(&self, node: Node<'a>, what: &str, known: &[&str]) -> Result<Self> {
        Self::open_as(self.path, node, what, self.strict.then_some(known))
    }

    /// The value of a field, null as absent.
    pub(super) fn get(&self, name: &str) -> Option<Node<'a>> {
        // A field that stands twice has its last value.
        let written = self.node.entries().rev().find(|entry| entry.key.text() == Some(name));
        let exact = written.map(|entry| entry.value).or_else(|| self.node.get(name));
        let folded = || {
            let same = |key: Node<'_>| key.text().is_some_and(|key| key.eq_ignore_ascii_case(name));
            self.node.entries().rev().find(|entry| same(entry.key)).map(|entry| entry.value)
        };
        exact.or_else(folded).map(Node::follow).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<Text>> {
        let value = self.get(name).map(|node| self.as_text(node, name)).transpose()?;
        Ok(value.filter(|value| !value.text.is_empty()))
    }

    /// The text of a field, empty if it is absent.
    pub(super) fn string(&self, name: &str) -> Result<SmolStr> {
        Ok(self.text(name)?.map(|text| text.text).unwrap_or_default())
    }

    pub(super) fn bool(&self, name: &str) -> Result<bool> {
        self.get(name)
            .map_or(Ok(false), |node| node.as_bool().ok_or_else(|| self.wrong_type(node, name, "true or false")))
    }

    /// An integer that is written as a number.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>> {
        self.get(name)
            .map(|node| {
                let number = node.text().filter(|_| node.scalar_type() == Some(Type::Int));
                let number =
                    number.and_then(crate::yaml::scalar::parse_int).and_then(|number| i64::try_from(number).ok());
                number.ok_or_else(|| self.wrong_type(node, name, "an integer"))
            })
            .transpose()
    }

    /// The items of a list.
    pub(super) fn items(&self, name: &str) -> Result<Vec<Node<'a>>> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(node) if node.is_sequence() => Ok(node.items().map(Node::follow).collect()),
            Some(node) => Err(self.wrong_type(node, name, "a list")),
        }
    }

    /// A list of strings.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<Text>> {
        self.items(name)?.into_iter().map(|node| self.as_text(node, name)).collect()
    }

    /// A mapping of strings, sorted by key.
    pub(super) fn pairs(&self, name: &str) -> Result<Pairs> {
        let Some(node) = self.get(name) else { return Ok(Vec::new()) };
        if !node.is_mapping() {
            return Err(self.wrong_type(node, name, "a mapping"));
        }
        let mut pairs = Vec::new();
        for entry in node.entries() {
            let key = entry.key.text().unwrap_or_default();
            let named = || format!("{name}.{key}");
            pairs.push((key.into(), self.as_text(entry.value.follow(), &named())?));
        }
        // A repeated key keeps its last value: the sort is stable, and the last of equal keys stays.
        pairs.sort_by(|(a, _): &(SmolStr, Text), (b, _)| a.cmp(b));
        pairs.reverse();
        pairs.dedup_by(|(a, _), (b, _)| a == b);
        pairs.reverse();
        Ok(pairs)
    }

    /// Opens the mapping below a field.
    pub(super) fn fields(&self, name: &str, known: &[&str]) -> Result<Option<Self>> {
        self.get(name).map(|node| self.item(node, name, known)).transpose()
    }

    pub(super) fn invalid(&self, span: crate::text::Span, message: impl Into<String>) -> Box<Problem> {
        Problem::new(ProblemKind::InvalidKustomization, Label::new(self.path, span, ""), message)
    }

    pub(super) fn path(&self) -> &'a RepoPath {
        self.path
    }

    pub(super) fn span(&self) -> crate::text::Span {
        self.node.span()
    }

    pub(super) fn as_text(&self, node: Node<'_>, name: &str) -> Result<Text> {
        let text = node.text().unwrap_or_default();
        let string = match node.scalar_type() {
            Some(Type::Null) => return Ok(Text { text: SmolStr::default(), span: node.span() }),
            Some(Type::String) => !(node.style() == Some(Style::Plain) && is_old_bool(text)),
            Some(Type::Timestamp | Type::Merge | Type::Binary) => true,
            Some(_) if !self.strict => true,
            _ => false,
        };
        if string {
            Ok(Text { text: text.into(), span: node.span() })
        } else {
            Err(self.wrong_type(node, name, "a string"))
        }
    }

    pub(super) fn wrong_type(&self, node: Node<'_>, name: &str, wanted: &str) -> Box<Problem> {
        let found = match (node.kind(), node.scalar_type()) {
            (Kind::Scalar, Some(Type::Bool)) => "a boolean",
            (Kind::Scalar, Some(Type::Int | Type::Float)) => "a number",
            (Kind::Scalar, _) if wanted == "a string" => "a boolean",
            (Kind::Scalar, _) => "a string",
            (Kind::Mapping, _) => "a mapping",
            (Kind::Sequence, _) => "a list",
        };
        let label = Label::new(self.path, node.span(), format!("this is {found}"));
        let name = if name.contains(' ') { name.to_owned() } else { format!("`{name}`") };
        let message = format!("invalid Kustomization: {name} must be {wanted}, not {found}");
        let problem = Problem::new(ProblemKind::InvalidKustomization, label, message);
        if wanted == "a string" && node.kind() == Kind::Scalar { problem.help("put it in quotes") } else { problem }
    }
}

/// Whether kustomize's older YAML reader takes the word for a boolean, which it does in kustomization files alone.
fn is_old_bool(text: &str) -> bool {
    const WORDS: [&str; 16] =
        ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF"];
    WORDS.contains(&text)
}

fn unknown_field(path: &RepoPath, key: Node<'_>, name: &str, what: &str, known: &[&str]) -> Box<Problem> {
    let label = Label::new(path, key.span(), "");
    let message = format!("invalid Kustomization: unknown field `{name}` in {what}");
    let problem = Problem::new(ProblemKind::InvalidKustomization, label, message);
    // `tag` for `newTag`, `prefix` for `namePrefix`: too far for the edit distance, but surely meant.
    let ends_so = |field: &&str| field.to_ascii_lowercase().ends_with(&name.to_ascii_lowercase());
    let ending = || known.iter().copied().find(ends_so).filter(|_| name.len() > 2);
    match nearest(name, known.iter().copied()).or_else(ending) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}
