//! What a manifest says about other blueprints: the components it uses, and the objects it needs from whoever uses it.
//!
//! Must not know the blueprints that are named; [`super::super::link`] finds them.

use serde_json::Value as Json;

use super::{
    Id, Text,
    fields::{Fields, Reader},
    parameters,
};
use crate::{text::Span, yaml::Node};

/// What can be referred to across blueprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A namespace.
    Namespace,
    /// A secret store.
    Store,
    /// A Secret in the cluster.
    SecretSet,
    /// A Helm release.
    Release,
}

impl Kind {
    /// All kinds, in the order in which their objects are made.
    pub const ALL: [Self; 4] = [Self::Namespace, Self::Store, Self::SecretSet, Self::Release];

    /// The word for it in `needs`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Store => "store",
            Self::SecretSet => "secret-set",
            Self::Release => "release",
        }
    }

    /// The word for it in sentences.
    pub fn noun(self) -> &'static str {
        if self == Self::SecretSet { "secret set" } else { self.as_str() }
    }
}

/// What is applied first: controllers, then what configures them, then what runs on both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Controllers and the kinds they bring along.
    Controllers,
    /// Objects of those kinds that everybody uses.
    Configs,
    /// Applications.
    #[default]
    Apps,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Self; 3] = [Self::Controllers, Self::Configs, Self::Apps];

    /// The word for it, which is also the name of its directory.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Controllers => "controllers",
            Self::Configs => "configs",
            Self::Apps => "apps",
        }
    }
}

/// A component.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The blueprint.
    pub component: Id,
    /// How it is referred to, and the parameter under which its own are answered.
    pub alias: Id,
    /// What its questions are about, if it is not its own summary.
    pub title: Option<String>,
    /// Values of its parameters, which are not asked any more.
    pub with: Vec<(Id, Given)>,
    /// Other defaults for its parameters.
    pub defaults: Vec<(Id, Given)>,
    /// Which object is meant by each of its needs.
    pub bind: Vec<(Id, Id)>,
    /// Whether it is used.
    pub when: Option<Text>,
    /// The stage of its objects, if it is not its own.
    pub stage: Option<Stage>,
}

/// A value handed to a component, with templates not run.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The value.
    pub value: Json,
    /// Where it is written.
    pub span: Span,
}

/// The part of the runbook that a step belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// What this is about.
    Head,
    /// What has to be there: cloud, cluster, storage.
    #[default]
    Prepare,
    /// Secret stores and policies.
    Store,
    /// What others have to be told, and tell: identity providers.
    Register,
    /// Filling the stores.
    Secrets,
    /// Names and addresses.
    Expose,
    /// The engine takes over.
    Connect,
    /// How to see that it works.
    Verify,
    /// What comes later.
    Operate,
    /// How to take it away.
    Teardown,
}

impl Phase {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Head, "head"),
        (Self::Prepare, "prepare"),
        (Self::Store, "store"),
        (Self::Register, "register"),
        (Self::Secrets, "secrets"),
        (Self::Expose, "expose"),
        (Self::Connect, "connect"),
        (Self::Verify, "verify"),
        (Self::Operate, "operate"),
        (Self::Teardown, "teardown"),
    ];
}

/// One template of the runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunbookStep {
    /// The template.
    pub file: Id,
    /// Where its text goes.
    pub phase: Phase,
    /// Whether it is written.
    pub when: Option<Text>,
}

pub(super) fn component(reader: &mut Reader, node: Node<'_>) -> Option<Use> {
    let known = ["component", "as", "title", "with", "defaults", "bind", "when", "stage"];
    let fields = reader.fields(node, "uses", &known)?;
    let component = fields.require(reader, "component").and_then(|node| reader.id(node, "component"))?;
    let alias = fields.id(reader, "as").unwrap_or_else(|| {
        let last = component.name.rsplit('/').next().unwrap_or_default();
        Id { name: last.replace('-', "_"), span: component.span }
    });
    parameters::check_free(reader, &alias);
    parameters::check_name(reader, &alias, "component");
    Some(Use {
        title: fields.get("title").and_then(|title| reader.string(title, "title")),
        with: given(reader, fields, "with"),
        defaults: given(reader, fields, "defaults"),
        bind: reader
            .entries(fields.get("bind"), "bind")
            .into_iter()
            .filter_map(|(id, node)| Some((id, reader.id(node, "bind")?)))
            .collect(),
        when: fields.text(reader, "when"),
        stage: stage(reader, fields),
        component,
        alias,
    })
}

fn given(reader: &mut Reader, fields: Fields<'_>, key: &str) -> Vec<(Id, Given)> {
    let entries = reader.entries(fields.get(key), key);
    entries.into_iter().map(|(id, node)| (id, Given { value: reader.json(node), span: node.span() })).collect()
}

/// Reads `stage`, if it is there.
pub(super) fn stage(reader: &mut Reader, fields: Fields<'_>) -> Option<Stage> {
    let node = fields.get("stage")?;
    let word = node.text().unwrap_or_default().to_owned();
    let stage = Stage::ALL.into_iter().find(|stage| stage.as_str() == word);
    if stage.is_none() {
        let known = Stage::ALL.map(Stage::as_str).join(", ");
        reader.fault(node.span(), format!("unknown stage `{word}`")).help = Some(format!("the stages are {known}"));
    }
    stage
}

/// Reads `needs`: which objects others provide.
pub(super) fn needs(reader: &mut Reader, fields: Fields<'_>) -> Vec<(Id, Kind)> {
    let mut needs = Vec::new();
    for (id, node) in reader.entries(fields.get("needs"), "needs") {
        parameters::check_free(reader, &id);
        parameters::check_name(reader, &id, "need");
        let word = node.text().unwrap_or_default().to_owned();
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.as_str() == word) {
            needs.push((id, kind));
        } else {
            let known = Kind::ALL.map(Kind::as_str).join(", ");
            reader.fault(node.span(), format!("`{word}` is nothing that can be needed")).help =
                Some(format!("one of {known}"));
        }
    }
    needs
}

/// Reads `runbook`: one template, or a list of them.
pub(super) fn runbook(reader: &mut Reader, fields: Fields<'_>) -> Vec<RunbookStep> {
    let Some(node) = fields.get("runbook") else { return Vec::new() };
    if !node.is_sequence() {
        let file = reader.id(node, "runbook");
        return file.map(|file| RunbookStep { file, phase: Phase::default(), when: None }).into_iter().collect();
    }
    let items = reader.items(Some(node), "runbook");
    items.into_iter().filter_map(|item| step(reader, item)).collect()
}

fn step(reader: &mut Reader, node: Node<'_>) -> Option<RunbookStep> {
    if !node.is_mapping() {
        return Some(RunbookStep { file: reader.id(node, "runbook")?, phase: Phase::default(), when: None });
    }
    let fields = reader.fields(node, "runbook", &["file", "phase", "when"])?;
    let file = fields.require(reader, "file").and_then(|node| reader.id(node, "file"));
    let mut phase = Phase::default();
    if let Some(node) = fields.get("phase") {
        let word = node.text().unwrap_or_default().to_owned();
        if let Some((known, _)) = Phase::ALL.iter().find(|(_, known)| *known == word) {
            phase = *known;
        } else {
            let known = Phase::ALL.map(|(_, word)| word).join(", ");
            reader.fault(node.span(), format!("unknown phase `{word}`")).help = Some(format!("the phases are {known}"));
        }
    }
    Some(RunbookStep { phase, when: fields.text(reader, "when"), file: file? })
}
