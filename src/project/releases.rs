//! The releases that the objects ask for, with their values as far as the repository holds them.
//!
//! Owns the look-up of values documents and charts. Must not know who uses the values.

use smol_str::SmolStr;

use super::{Object, Project};
use crate::{
    argo,
    cluster::ComposedRelease,
    flux::{
        SourceRef, group,
        helm_release::{self, ValuesFrom},
        values::{Part, compose},
    },
    graph::{ChartAt, DataKind},
    helm::{ChartSource, ChartValuesFiles, Release, SetPath},
    manifest::RenderedObject,
    path::RepoPath,
    yaml::{Content, Value},
};

fn text(value: Option<&Value>) -> Option<SmolStr> {
    value?.as_scalar().map(|scalar| scalar.text.clone()).filter(|text| !text.is_empty())
}

fn items<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_sequence).unwrap_or_default()
}

impl Project {
    /// The objects in the shape that every renderer hands on.
    pub fn rendered_objects(&self) -> Vec<RenderedObject> {
        let rendered = |object: &Object| RenderedObject {
            id: object.id.clone(),
            value: object.value.clone(),
            path: object.path.clone(),
            name_before_hash: object.name_before_hash.as_deref().map(SmolStr::from),
        };
        self.objects.iter().map(rendered).collect()
    }

    /// The HelmReleases and the Applications with a chart, with their values.
    pub fn releases(&self) -> Vec<ComposedRelease> {
        let of = |object: &Object| self.flux_release(object).or_else(|| self.argo_release(object));
        self.objects.iter().filter_map(of).collect()
    }

    /// The charts that a chart in a folder of the repository is made of: itself, then what it depends on.
    pub fn charts(&self, folder: &RepoPath) -> Vec<ChartAt> {
        let Some(chart) = self.values_file(&folder.join("Chart.yaml").unwrap_or_else(|_| folder.clone())) else {
            return Vec::new();
        };
        let chart_at = |chart: &Value, under: SmolStr| {
            Some(ChartAt { under, name: text(chart.get("name"))?, version: text(chart.get("version")) })
        };
        let dependencies = items(&chart, "dependencies").iter().filter_map(|dependency| {
            chart_at(dependency, text(dependency.get("alias")).or_else(|| text(dependency.get("name")))?)
        });
        chart_at(&chart, "".into()).into_iter().chain(dependencies).collect()
    }

    fn flux_release(&self, object: &Object) -> Option<ComposedRelease> {
        if !helm_release::is_helm_release(&object.id) {
            return None;
        }
        let mut unknown = Vec::new();
        let parts: Vec<Part> = helm_release::values_from(&object.value)
            .iter()
            .map(|entry| self.part(object, entry, &mut unknown))
            .collect();
        let composed = compose(&parts, helm_release::inline_values(&object.value));
        let spec = object.value.get("spec")?;
        let release = Release {
            name: text(spec.get("releaseName")).unwrap_or_else(|| object.id.name.clone()),
            namespace: text(spec.get("targetNamespace")).or_else(|| object.id.namespace.clone()),
            chart: self.flux_chart(object, spec),
            values: composed.map_or_else(|_| Value::mapping(), |composed| composed.to_value()),
            unknown,
            ..bare(object)
        };
        Some(ComposedRelease { unit: 0, declared: object.id.clone(), release, problems: Vec::new() })
    }

    /// What one entry of `valuesFrom` brings; what a controller makes is not known.
    fn part(&self, object: &Object, entry: &ValuesFrom, unknown: &mut Vec<(String, String)>) -> Part {
        let data = DataKind::of(&entry.kind).and_then(|kind| self.data_object(object, kind, &entry.name));
        let value = data.and_then(|data| data.data_text(&entry.key));
        let target = entry.target_path.as_ref();
        let path = target.and_then(|path| SetPath::parse(path).ok());
        let part = match (target, path, &value) {
            (Some(_), Some(path), Some(value)) => Some(Part::Target(path, value.clone())),
            (None, _, Some(value)) => self.document(value).map(Part::Document),
            _ => None,
        };
        part.unwrap_or_else(|| {
            let at = target.map(ToString::to_string).unwrap_or_default();
            unknown.push((at, format!("{} {} key {}", entry.kind, entry.name, entry.key)));
            Part::Nothing
        })
    }

    /// A text as a document of values that knows where it stands.
    fn document(&self, text: &Value) -> Option<Value> {
        let embedded = self.embedded(text)?;
        let file = self.file(embedded.path())?.id()?;
        embedded.to_placed_value(file).filter(|value| value.as_mapping().is_some())
    }

    fn flux_chart(&self, object: &Object, spec: &Value) -> Option<ChartSource> {
        let version = text(spec.pointer(&["chart", "spec", "version"]));
        let source = helm_release::chart_source(&object.value)?;
        let found = self.source(object, &source);
        let url = found.and_then(|found| text(found.value.pointer(&["spec", "url"])));
        let Some(name) = text(spec.pointer(&["chart", "spec", "chart"])) else {
            let found = found?;
            return Some(match source.kind.as_str() {
                "HelmChart" => ChartSource::Repository {
                    url: "".into(),
                    name: text(found.value.pointer(&["spec", "chart"]))?,
                    version: text(found.value.pointer(&["spec", "version"])),
                },
                _ => ChartSource::Oci { url: url?, version: oci_version(&found.value) },
            });
        };
        if source.kind == "HelmRepository" {
            return Some(ChartSource::Repository { url: url.unwrap_or_default(), name, version });
        }
        Some(self.folder(&name).map_or_else(
            || ChartSource::Elsewhere { source: url.unwrap_or_else(|| source.name.clone()), path: name.clone() },
            ChartSource::Folder,
        ))
    }

    fn source(&self, object: &Object, source: &SourceRef) -> Option<&Object> {
        let namespace = source.namespace.as_ref().or(object.id.namespace.as_ref());
        let is_meant = |one: &&Object| {
            one.id.is(group::SOURCE, &source.kind)
                && one.id.name == source.name
                && (one.id.namespace.is_none() || namespace.is_none() || one.id.namespace.as_ref() == namespace)
        };
        self.objects.iter().find(is_meant)
    }

    /// A folder of this repository that holds a chart.
    fn folder(&self, path: &str) -> Option<RepoPath> {
        let folder = RepoPath::new(path.trim_start_matches("./").trim_end_matches('/')).ok()?;
        self.file(&folder.join("Chart.yaml").ok()?).map(|_| folder)
    }

    fn argo_release(&self, object: &Object) -> Option<ComposedRelease> {
        if !object.id.is(argo::GROUP, "Application") {
            return None;
        }
        let spec = object.value.get("spec")?;
        let mut sources: Vec<&Value> = items(spec, "sources").iter().collect();
        if sources.is_empty() {
            sources.extend(spec.get("source"));
        }
        let charts = |source: &&&Value| self.argo_chart(source).is_some();
        let source = sources.iter().find(charts)?;
        let chart = self.argo_chart(source);
        let mut values = Value::mapping();
        if let Some(ChartSource::Folder(folder)) = &chart {
            merge(&mut values, folder.join("values.yaml").ok().and_then(|path| self.values_file(&path)));
        }
        let helm = source.get("helm");
        for file in helm.map(|helm| items(helm, "valueFiles")).unwrap_or_default() {
            let path = text(Some(file)).and_then(|path| value_file(&path, source));
            merge(&mut values, path.and_then(|path| self.values_file(&path)));
        }
        let written = helm.and_then(|helm| match helm.get("valuesObject") {
            Some(object) => Some(object.clone()),
            None => self.document(helm.get("values")?),
        });
        merge(&mut values, written);
        let release_name = text(helm.and_then(|helm| helm.get("releaseName")));
        let release = Release {
            name: release_name.unwrap_or_else(|| object.id.name.clone()),
            namespace: text(spec.pointer(&["destination", "namespace"])),
            chart,
            values,
            ..bare(object)
        };
        Some(ComposedRelease { unit: 0, declared: object.id.clone(), release, problems: Vec::new() })
    }

    fn argo_chart(&self, source: &Value) -> Option<ChartSource> {
        if let Some(name) = text(source.get("chart")) {
            let url = text(source.get("repoURL")).unwrap_or_default();
            return Some(ChartSource::Repository { url, name, version: text(source.get("targetRevision")) });
        }
        self.folder(&text(source.get("path"))?).map(ChartSource::Folder)
    }

    fn values_file(&self, path: &RepoPath) -> Option<Value> {
        let file = self.file(path)?;
        let document = file.stream()?.documents().next()?;
        document.root().to_value(file.id()?).ok().filter(|value| value.as_mapping().is_some())
    }
}

/// The path of a values file: from the root behind `$ref/` or `/`, else from the source's own path.
fn value_file(path: &str, source: &Value) -> Option<RepoPath> {
    if let Some(rest) = path.strip_prefix('$') {
        return RepoPath::new(rest.split_once('/')?.1).ok();
    }
    if let Some(rest) = path.strip_prefix('/') {
        return RepoPath::new(rest).ok();
    }
    let folder = text(source.get("path")).unwrap_or_default();
    RepoPath::new(folder.trim_start_matches("./").trim_end_matches('/')).ok()?.join(path).ok()
}

fn oci_version(source: &Value) -> Option<SmolStr> {
    ["tag", "semver", "digest"].iter().find_map(|field| text(source.pointer(&["spec", "ref", field])))
}

/// Merges values over others as Helm does: mappings by key, anything else replaces.
fn merge(under: &mut Value, over: Option<Value>) {
    let Some(over) = over else { return };
    match (&mut under.content, over.content) {
        (Content::Mapping(below), Content::Mapping(above)) => {
            for (key, value) in above {
                match below.get_mut(&key) {
                    Some(present) => merge(present, Some(value)),
                    None => {
                        below.insert(key, value);
                    }
                }
            }
        }
        (_, content) => *under = Value { content, origin: over.origin },
    }
}

/// A release of which nothing is known but who asks for it.
fn bare(object: &Object) -> Release {
    Release {
        sensitive: Vec::new(),
        name: object.id.name.clone(),
        namespace: object.id.namespace.clone(),
        chart: None,
        chart_values_files: ChartValuesFiles::default(),
        values: Value::mapping(),
        unknown: Vec::new(),
        include_crds: true,
        skip_tests: false,
        skip_schema: false,
        kube_version: None,
        api_versions: Vec::new(),
        origin: object.origin(),
    }
}
