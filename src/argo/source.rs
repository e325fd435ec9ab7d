//! Sources of an Application: a directory or a chart, and the options of the tool that renders it.
//!
//! A source keeps the value it was read from, because files in the repository may be merged into it. Must not know how anything is rendered.

use smol_str::SmolStr;

use super::read::{Text, flag, items, plain, plains, text, texts};
use crate::yaml::{Origin, Value};

/// A source.
#[derive(Clone, Debug)]
pub struct Source {
    /// The URL of the Git repository, chart repository or registry.
    pub repo_url: SmolStr,
    /// The directory in a Git repository, and where it is written.
    pub path: Option<(SmolStr, Origin)>,
    /// The name of the chart, and where it is written.
    pub chart: Option<(SmolStr, Origin)>,
    /// The branch, tag or commit, or the version of the chart.
    pub target_revision: Option<SmolStr>,
    /// The name by which other sources refer to files of this one, without the `$`.
    pub reference: Option<(SmolStr, Origin)>,
    /// Its name, for people.
    pub name: Option<SmolStr>,
    /// The options of tools that are given; more than one is an error.
    pub tools: Vec<ToolBlock>,
    /// Where the source is written.
    pub origin: Origin,
    /// The source as it is written.
    pub value: Value,
}

/// The options of one tool.
#[derive(Clone, Debug)]
pub enum ToolBlock {
    /// `kustomize`.
    Kustomize(Value),
    /// `helm`.
    Helm(Box<Helm>),
    /// `directory`.
    Directory(Directory),
    /// `plugin`; the name, if one is written.
    Plugin(Option<SmolStr>),
}

impl ToolBlock {
    /// The key that holds the options.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Kustomize(_) => "kustomize",
            Self::Helm(_) => "helm",
            Self::Directory(_) => "directory",
            Self::Plugin(_) => "plugin",
        }
    }
}

/// `directory`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Whether the directories below are taken, too.
    pub recurse: bool,
    /// A glob for the files to take.
    pub include: Option<SmolStr>,
    /// A glob for the files to leave out.
    pub exclude: Option<SmolStr>,
    /// Whether files of any name are taken.
    pub disable_extension_filter: bool,
}

/// `helm`.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "they are Argo CD's own switches")]
pub struct Helm {
    /// The name of the release, if it is not that of the Application.
    pub release_name: Option<SmolStr>,
    /// The namespace of the release, if it is not that of the destination.
    pub namespace: Option<SmolStr>,
    /// Values files, each with its place.
    pub value_files: Vec<(SmolStr, Origin)>,
    /// Whether values files that do not exist are passed over.
    pub ignore_missing_value_files: bool,
    /// `values`, YAML in a text.
    pub values: Option<Value>,
    /// `valuesObject`, which takes the place of `values`.
    pub values_object: Option<Value>,
    /// `parameters`, Helm's `--set`.
    pub parameters: Vec<Parameter>,
    /// `fileParameters`, Helm's `--set-file`.
    pub file_parameters: Vec<FileParameter>,
    /// Whether the chart's CRDs are left out.
    pub skip_crds: bool,
    /// Whether the chart's tests are left out.
    pub skip_tests: bool,
    /// Whether the chart's schema is not asked.
    pub skip_schema_validation: bool,
    /// The version of Kubernetes that the chart is told.
    pub kube_version: Option<SmolStr>,
    /// The API versions that the chart is told of.
    pub api_versions: Vec<SmolStr>,
}

/// A parameter of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The path in the values.
    pub name: SmolStr,
    /// The value as written, and where.
    pub value: (SmolStr, Origin),
    /// Whether it is a string whatever it looks like.
    pub force_string: bool,
    /// Where the parameter is written.
    pub origin: Origin,
}

/// A parameter whose value is a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileParameter {
    /// The path in the values.
    pub name: SmolStr,
    /// The path of the file, and where it is written.
    pub path: (SmolStr, Origin),
}

impl Source {
    /// Reads a source.
    pub fn of(value: &Value) -> Self {
        let block = |key: &str| value.get(key).filter(|block| !block.is_null());
        let tools = [
            block("kustomize").map(|block| ToolBlock::Kustomize(block.clone())),
            block("helm").map(|block| ToolBlock::Helm(Box::new(helm(block)))),
            block("directory").map(|block| ToolBlock::Directory(directory(block))),
            block("plugin").map(|block| ToolBlock::Plugin(plain(block, "name"))),
        ];
        Self {
            repo_url: plain(value, "repoURL").unwrap_or_default(),
            path: text(value, "path"),
            chart: text(value, "chart"),
            target_revision: plain(value, "targetRevision"),
            reference: text(value, "ref"),
            name: plain(value, "name"),
            tools: tools.into_iter().flatten().collect(),
            origin: value.origin,
            value: value.clone(),
        }
    }

    /// Whether the source is a chart from a chart repository or a registry.
    pub fn is_chart(&self) -> bool {
        self.chart.is_some()
    }

    /// Whether the source only lends its files to others.
    pub fn is_only_reference(&self) -> bool {
        self.reference.is_some() && self.path.is_none() && self.chart.is_none()
    }
}

fn directory(block: &Value) -> Directory {
    Directory {
        recurse: flag(block, "recurse"),
        include: plain(block, "include"),
        exclude: plain(block, "exclude"),
        disable_extension_filter: flag(block, "disableExtensionFilter"),
    }
}

fn helm(block: &Value) -> Helm {
    let written = |value: &Value, key: &str| -> Text {
        let found = value.get(key).and_then(|found| Some((found.as_scalar()?.text.clone(), found.origin)));
        found.unwrap_or_else(|| (SmolStr::default(), value.origin))
    };
    let parameter = |one: &Value| Parameter {
        name: plain(one, "name").unwrap_or_default(),
        value: written(one, "value"),
        force_string: flag(one, "forceString"),
        origin: one.origin,
    };
    let file_parameter =
        |one: &Value| FileParameter { name: plain(one, "name").unwrap_or_default(), path: written(one, "path") };
    Helm {
        release_name: plain(block, "releaseName"),
        namespace: plain(block, "namespace"),
        value_files: texts(block, "valueFiles"),
        ignore_missing_value_files: flag(block, "ignoreMissingValueFiles"),
        values: text(block, "values").and(block.get("values").cloned()),
        values_object: block.get("valuesObject").filter(|values| !values.is_null()).cloned(),
        parameters: items(block, "parameters").iter().map(parameter).collect(),
        file_parameters: items(block, "fileParameters").iter().map(file_parameter).collect(),
        skip_crds: flag(block, "skipCrds"),
        skip_tests: flag(block, "skipTests"),
        skip_schema_validation: flag(block, "skipSchemaValidation"),
        kube_version: plain(block, "kubeVersion"),
        api_versions: plains(block, "apiVersions"),
    }
}
