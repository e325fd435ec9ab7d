//! What the repository says about the versions of what its clusters run: CustomResourceDefinitions, the charts that bring them, and instances of Flux.
//!
//! Owns where that is written. Must not know which API versions are gone since when.

use super::{File, Object, Project, Role};
use crate::{
    argo,
    flux::FluxVersion,
    helm::{Version, VersionRange},
    yaml::{Document, Node, Stream, Value},
};

/// What one place says.
#[derive(Debug)]
enum Said {
    /// A kind is served: its group, version and name.
    Served([String; 3]),
    /// A product runs in a version of this range.
    Runs(&'static str, VersionRange),
}

/// What is said, and for which cluster; `None` for all.
#[derive(Debug, Default)]
pub(super) struct Served(Vec<(Option<usize>, Said)>);

const FLUX: &str = "Flux";

/// The charts and artifacts that bring the kinds of a product.
const CHARTS: &[(&str, &str)] =
    &[("external-secrets", "External Secrets"), ("cert-manager", "cert-manager"), ("flux-manifests", FLUX)];

impl Project {
    /// Whether the cluster of an object serves its API version, as far as the repository shows: it holds the definition, or a version of the product, named with the
    /// first version that does not serve it any more (`External Secrets 0.17`), that comes before that one or not. What is said for the cluster counts, else what is
    /// said anywhere; `None` where nothing is said.
    pub fn still_serves(&self, object: &Object, gone_since: &str) -> Option<bool> {
        let (product, version) = gone_since.rsplit_once(' ')?;
        let served = self.served.get_or_init(|| Served::of(self));
        let cluster = self.model.units.get(object.unit).and_then(|unit| unit.cluster);
        let here = |(of, _): &&(Option<usize>, Said)| *of == cluster;
        let speaks = |(_, said): &&(Option<usize>, Said)| said.speaks_of(object, product);
        let all: Vec<_> = served.0.iter().filter(speaks).collect();
        let near: Vec<_> = all.iter().copied().filter(here).collect();
        let counts = if near.is_empty() { all } else { near };
        let is_served = |said: &Said| match said {
            Said::Served(_) => true,
            Said::Runs(_, range) => !may_be_newer(range, version),
        };
        (!counts.is_empty()).then(|| counts.iter().any(|(_, said)| is_served(said)))
    }
}

impl Said {
    fn speaks_of(&self, object: &Object, product: &str) -> bool {
        match self {
            Self::Served([group, version, kind]) => object.id.is(group, kind) && object.id.version == version.as_str(),
            Self::Runs(name, _) => *name == product,
        }
    }
}

impl Served {
    fn of(project: &Project) -> Self {
        let mut all = Vec::new();
        for object in project.objects() {
            let cluster = project.model.units.get(object.unit).and_then(|unit| unit.cluster);
            all.extend(said_by(object).into_iter().map(|said| (cluster, said)));
        }
        let kustomizations = project.files().iter().filter(|file| file.role == Role::Kustomization);
        all.extend(kustomizations.flat_map(inflated).map(|said| (None, said)));
        let known = project.flux_version;
        if known < FluxVersion::NEWEST {
            all.extend(runs(FLUX, &format!("{known}.x")).map(|said| (None, said)));
        }
        Self(all)
    }
}

/// Whether a range allows a version that is as new as the given one, as far as versions of any project go.
fn may_be_newer(range: &VersionRange, version: &str) -> bool {
    let Some((major, minor)) = version.split_once('.') else { return true };
    let (Ok(major), Ok(minor)) = (major.parse::<u32>(), minor.parse::<u32>()) else { return true };
    let next = (minor..minor + 50).map(|minor| (major, minor)).chain((1..10).map(|more| (major + more, 0)));
    next.filter_map(|(major, minor)| Version::parse(&format!("{major}.{minor}.0"))).any(|version| range.fits(&version))
}

fn said_by(object: &Object) -> Vec<Said> {
    let value = &object.value;
    let text = |keys: &[&str]| value.pointer(keys).and_then(Value::as_str);
    match (object.id.group.as_str(), object.id.kind.as_str()) {
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definitions(value),
        ("helm.toolkit.fluxcd.io", "HelmRelease") => {
            let chart = &["spec", "chart", "spec"][..];
            let at = |key| value.pointer(chart).and_then(|spec| spec.get(key)).and_then(Value::as_str);
            chart_runs(at("chart"), at("version")).into_iter().collect()
        }
        ("source.toolkit.fluxcd.io", "OCIRepository") => {
            let version = text(&["spec", "ref", "semver"]).or_else(|| text(&["spec", "ref", "tag"]));
            chart_runs(text(&["spec", "url"]), version).into_iter().collect()
        }
        (argo::GROUP, "Application" | "ApplicationSet") => {
            argo::application_spec(&object.id, value).map(sourced).unwrap_or_default()
        }
        ("fluxcd.controlplane.io", "FluxInstance") => {
            text(&["spec", "distribution", "version"]).and_then(|version| runs(FLUX, version)).into_iter().collect()
        }
        _ => labelled(value).into_iter().collect(),
    }
}

/// What the labels say that `flux install` gives to all that it makes.
fn labelled(value: &Value) -> Option<Said> {
    let labels = value.pointer(&["metadata", "labels"])?;
    let text = |key: &str| labels.get(key).and_then(Value::as_str);
    let version = text("app.kubernetes.io/version")?;
    (text("app.kubernetes.io/part-of") == Some("flux")).then(|| runs(FLUX, version)).flatten()
}

/// The versions that a CustomResourceDefinition serves.
fn definitions(definition: &Value) -> Vec<Said> {
    let text = |keys: &[&str]| definition.pointer(keys).and_then(Value::as_str);
    let (Some(group), Some(kind)) = (text(&["spec", "group"]), text(&["spec", "names", "kind"])) else {
        return Vec::new();
    };
    let versions = definition.pointer(&["spec", "versions"]).and_then(Value::as_sequence).unwrap_or_default();
    let served = versions.iter().filter(|version| version.get("served").and_then(Value::as_bool) == Some(true));
    let names = served.filter_map(|version| version.get("name")?.as_str());
    names.map(|version| Said::Served([group, version, kind].map(str::to_owned))).collect()
}

/// What the sources of an Application say.
fn sourced(spec: &Value) -> Vec<Said> {
    let text = |source: &Value, key: &str| source.get(key).and_then(Value::as_str).map(str::to_owned);
    let said = |source: &Value| chart_runs(text(source, "chart").as_deref(), text(source, "targetRevision").as_deref());
    argo::sources(spec).into_iter().filter_map(said).collect()
}

/// What the charts say that a kustomization inflates, and the release of Flux that it takes from its repository.
fn inflated(file: &File) -> Vec<Said> {
    let roots = file.stream().into_iter().flat_map(Stream::documents).map(Document::root);
    let of_root = |root: Node<'_>| -> Vec<Said> {
        let items = |key| root.get(key).into_iter().flat_map(Node::items);
        let charts = items("helmCharts").filter_map(|chart| {
            chart_runs(chart.get("name").and_then(Node::text), chart.get("version").and_then(Node::text))
        });
        let remote = items("resources").filter_map(Node::text).filter(|text| text.contains("github.com/fluxcd/flux2/"));
        charts.chain(remote.filter_map(|text| runs(FLUX, text.split_once("?ref=")?.1))).collect()
    };
    roots.flat_map(of_root).collect()
}

/// What the version of a chart says, or of the image that holds it; a chart without a version is the newest.
fn chart_runs(chart: Option<&str>, version: Option<&str>) -> Option<Said> {
    let name = chart?.rsplit('/').next()?;
    let (_, product) = CHARTS.iter().find(|(chart, _)| *chart == name)?;
    runs(product, version?)
}

fn runs(product: &'static str, version: &str) -> Option<Said> {
    Some(Said::Runs(product, VersionRange::parse(version)?))
}
