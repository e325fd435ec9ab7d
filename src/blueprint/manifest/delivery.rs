//! What a manifest says about a release beyond chart and values: how its chart takes secrets, what may differ, what is changed in what it renders.
//!
//! Must not know which engine uses what.

use super::{
    Text,
    fields::{Fields, Reader},
    sections,
};
use crate::{path::RepoPath, text::Span, yaml::Node};

/// How a chart takes values from a Secret that its values name, for engines that cannot set values from Secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingSecret {
    /// The path of the value that names the Secret.
    pub value: Text,
    /// The key whose text is merged over the chart's values.
    pub values_key: Option<Text>,
    /// The values that are honoured there, with all below them.
    pub below: Vec<Text>,
    /// The values that have a key of their own.
    pub keys: Vec<(String, Text)>,
}

/// Fields of a rendered object that may differ from what is rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The object's group.
    pub group: Option<Text>,
    /// Its kind.
    pub kind: Text,
    /// Its name; all of the kind if it is not said.
    pub name: Option<Text>,
    /// JSON pointers to the fields.
    pub pointers: Vec<Text>,
    /// Whether it holds.
    pub when: Option<Text>,
}

/// A change to what a chart renders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The kind of the objects it changes.
    pub kind: Text,
    /// Their name; all of the kind if it is not said.
    pub name: Option<Text>,
    /// The patch.
    pub file: RepoPath,
    /// Where it is named.
    pub span: Span,
    /// Whether it is made.
    pub when: Option<Text>,
}

/// How Argo CD hands a secret value to a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArgoWay {
    /// Through the Secret that the chart's values name.
    #[default]
    ExistingSecret,
    /// As a placeholder in the values that argocd-vault-plugin fills.
    Placeholder,
    /// Something else reads the Secret by its name, such as a patch.
    ByName,
}

impl ArgoWay {
    /// The ways with their words.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::ExistingSecret, "existing-secret"), (Self::Placeholder, "placeholder"), (Self::ByName, "by-name")];

    /// The way of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(way, _)| *way)
    }
}

pub(super) fn existing_secret(reader: &mut Reader, fields: Fields<'_>) -> Option<ExistingSecret> {
    let node = fields.get("existing-secret")?;
    let fields = reader.fields(node, "existing-secret", &["value", "values-key", "below", "keys"])?;
    let value = fields.need(reader, "value");
    let keys = reader.entries(fields.get("keys"), "keys");
    let keys = keys.into_iter().filter_map(|(id, node)| Some((id.name, reader.text(node, "keys")?))).collect();
    let below = texts(reader, fields, "below");
    Some(ExistingSecret { values_key: fields.text(reader, "values-key"), below, keys, value: value? })
}

fn texts(reader: &mut Reader, fields: Fields<'_>, key: &'static str) -> Vec<Text> {
    let items = reader.items(fields.get(key), key);
    items.into_iter().filter_map(|item| reader.text(item, key)).collect()
}

pub(super) fn ignore(reader: &mut Reader, node: Node<'_>) -> Option<Ignore> {
    let fields = reader.fields(node, "ignore-differences", &["group", "kind", "name", "pointers", "when"])?;
    let kind = fields.need(reader, "kind");
    Some(Ignore {
        group: fields.text(reader, "group"),
        name: fields.text(reader, "name"),
        pointers: texts(reader, fields, "pointers"),
        when: fields.text(reader, "when"),
        kind: kind?,
    })
}

pub(super) fn patch(reader: &mut Reader, node: Node<'_>) -> Option<Patch> {
    let fields = reader.fields(node, "patches", &["kind", "name", "file", "when"])?;
    let kind = fields.need(reader, "kind");
    let named = fields.require(reader, "file")?;
    let file = sections::file(reader, named);
    let name = fields.text(reader, "name");
    Some(Patch { name, when: fields.text(reader, "when"), span: named.span(), kind: kind?, file: file? })
}
