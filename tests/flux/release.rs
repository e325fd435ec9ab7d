//! From HelmReleases to releases.

use std::sync::Arc;

use treewright::{
    flux::{
        FluxOptions, assignments, compose_release, helm_release,
        values::{Part, compose},
    },
    helm::{ChartSource, Release},
    manifest::{ObjectId, RenderedObject},
    path::RepoPath,
    text::SourceText,
    yaml::{FileId, Origin, Stream, Value, print},
};

use super::render::{Case, place};

/// The release of a `spec`, the objects of its cluster beside it, and what is wrong.
fn composed(spec: &str, cluster: &str) -> (Case, Release, Vec<String>) {
    let indented: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    let head =
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: hub\n  namespace: team\nspec:\n";
    let case = Case::new(&[("release.yaml", &format!("{head}{indented}"))], cluster);
    let (id, value) = case.objects("release.yaml").pop().expect("the release");
    let path = RepoPath::new("release.yaml").expect("a path");
    let object = RenderedObject { id, value: Arc::new(value), path, name_before_hash: None };
    let (release, problems) = compose_release(&case.session, &object, &case, &FluxOptions::default());
    let problems = problems.iter().map(|one| format!("{}: {}", place(&case.session, &one.primary), one.message));
    let problems = problems.collect();
    (case, release, problems)
}

fn text(value: &Value) -> String {
    let mut text = String::new();
    print::kustomize::document(value, &mut text).expect("printable");
    text
}

const CHART: &str = "chart:\n  spec:\n    chart: hub\n    version: 4.x\n    sourceRef:\n      kind: HelmRepository\n      name: charts\n";

#[test]
fn values_come_together_from_everywhere() {
    let cluster = r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: defaults
  namespace: team
data:
  values.yaml: |
    hub:
      replicas: 2
      debug: yes
      name: from-map
    proxy:
      enabled: true
---
apiVersion: v1
kind: Secret
metadata:
  name: login
  namespace: team
data:
  token: MTIzNDU2
  quoted: IjEyMzQ1NiI=
stringData:
  client: "{a,b}"
  commas: a,b
"#;
    let spec = format!(
        "{CHART}valuesFrom:
  - kind: ConfigMap
    name: defaults
  - kind: Secret
    name: login
    valuesKey: token
    targetPath: auth.number
  - kind: Secret
    name: login
    valuesKey: quoted
    targetPath: auth.text
  - kind: Secret
    name: login
    valuesKey: client
    targetPath: auth.list
  - kind: Secret
    name: login
    valuesKey: commas
    targetPath: auth.literal
    literal: true
  - kind: Secret
    name: from-store
    valuesKey: password
    targetPath: auth.password
  - kind: ConfigMap
    name: absent
    optional: true
  - kind: ConfigMap
    name: defaults
    valuesKey: absent
    optional: true
values:
  hub:
    name: inline
"
    );
    let (case, release, problems) = composed(&spec, cluster);
    assert_eq!(problems, Vec::<String>::new());
    let wanted = "auth:
  list:
  - a
  - b
  literal: a,b
  number: 123456
  text: \"123456\"
hub:
  debug: true
  name: inline
  replicas: 2
proxy:
  enabled: true
";
    assert_eq!(text(&release.values), wanted);
    let unknown = [("auth.password", "Secret `from-store` key `password`: an ExternalSecret makes it")];
    assert_eq!(release.unknown, unknown.map(|(path, from)| (path.to_owned(), from.to_owned())));
    let sensitive: Vec<String> = release.sensitive.iter().map(ToString::to_string).collect();
    assert_eq!(
        sensitive,
        ["auth.list[0]", "auth.list[1]", "auth.literal", "auth.number", "auth.password", "auth.text"]
    );
    let replicas = release.values.pointer(&["hub", "replicas"]).expect("replicas").origin;
    let label = case.session.label(replicas, "").expect("a place");
    assert_eq!(place(&case.session, &label), "cluster-objects.yml:9:17", "the line in the ConfigMap");
}

/// Which one wins follows from the table: a lone target does, the second of two does not.
#[test]
fn an_unknown_value_takes_the_place_of_others_where_a_known_one_would() {
    let target =
        |path: &str| format!("  - kind: Secret\n    name: from-store\n    valuesKey: k\n    targetPath: {path}\n");
    let values = "values:\n  hub:\n    s: inline\n    u: inline\n";
    let (_, release, _) = composed(&format!("{CHART}valuesFrom:\n{}{}{values}", target("hub.s"), target("hub.u")), "");
    assert_eq!(text(&release.values), "hub:\n  u: inline\n");
    let from = "Secret `from-store` key `k`: an ExternalSecret makes it".to_owned();
    assert_eq!(release.unknown, [("hub.s".to_owned(), from)]);
}

#[test]
fn what_keeps_values_from_coming_together_is_said_without_them() {
    let cluster = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\n  namespace: team\nstringData:\n  commas: top,secret\n  list: '[1]'\n";
    let entry = |kind: &str, name: &str, rest: &str| format!("  - kind: {kind}\n    name: {name}\n{rest}");
    let entries = [
        entry("Secret", "absent", ""),
        entry("Secret", "login", "    valuesKey: other\n"),
        entry("Secret", "login", "    valuesKey: commas\n    targetPath: a.b\n"),
        entry("Git", "login", ""),
    ]
    .concat();
    let (_, release, problems) = composed(&format!("{CHART}valuesFrom:\n{entries}values:\n  kept: 1\n"), cluster);
    assert_eq!(text(&release.values), "kept: 1\n");
    let wanted = [
        "release.yaml:16:13: Secret `absent` does not exist",
        "release.yaml:19:18: Secret `login` has no key `other`",
        "release.yaml:23:19: the value for `a.b` from Secret `login` cannot be set: text behind a comma is taken for a further key, and has no value",
        "release.yaml:25:13: values come from Secrets and ConfigMaps only, not from a Git",
    ];
    assert_eq!(problems, wanted);
    let spec = format!("{CHART}valuesFrom:\n  - kind: Secret\n    name: login\n    valuesKey: list\n");
    let (_, _, problems) = composed(&spec, cluster);
    assert_eq!(problems, ["release.yaml:16:13: Secret `login`: its content is no mapping"]);
}

#[test]
fn charts_come_from_sources() {
    let source = |kind: &str, name: &str, spec: &str| {
        format!(
            "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: team\nspec:\n{spec}"
        )
    };
    let cluster = [
        source("HelmRepository", "charts", "  url: https://charts.example.com/\n"),
        source("HelmRepository", "oci", "  type: oci\n  url: oci://registry.example.com/charts\n"),
        source("OCIRepository", "hub", "  url: oci://registry.example.com/charts/hub\n  ref:\n    semver: 4.x\n"),
        source("HelmChart", "hub", "  chart: hub\n  version: 4.1.0\n  valuesFiles: [values.yaml, values-prod.yaml]\n  sourceRef:\n    kind: HelmRepository\n    name: charts\n"),
        source("GitRepository", "other", "  url: https://example.com/other.git\n"),
    ]
    .concat();
    let chart = |spec: &str| {
        let (_, release, problems) = composed(spec, &cluster);
        (release.chart, release.chart_values_files.names, problems)
    };
    let template = |kind: &str, name: &str, chart: &str| {
        format!(
            "chart:\n  spec:\n    chart: {chart}\n    version: 4.x\n    sourceRef:\n      kind: {kind}\n      name: {name}\n"
        )
    };
    let reference = |kind: &str, name: &str| format!("chartRef:\n  kind: {kind}\n  name: {name}\n");
    let version = Some("4.x".into());
    let found = |spec: &str| chart(spec).0.expect("a chart");
    let (url, name) = ("https://charts.example.com".into(), "hub".into());
    assert_eq!(found(CHART), ChartSource::Repository { url, name, version: version.clone() });
    let url = "oci://registry.example.com/charts/hub";
    assert_eq!(
        found(&template("HelmRepository", "oci", "hub")),
        ChartSource::Oci { url: url.into(), version: version.clone() }
    );
    assert_eq!(found(&reference("OCIRepository", "hub")), ChartSource::Oci { url: url.into(), version });
    let (source, files, _) = chart(&reference("HelmChart", "hub"));
    let (url, name, version) = ("https://charts.example.com".into(), "hub".into(), Some("4.1.0".into()));
    assert_eq!(source, Some(ChartSource::Repository { url, name, version }));
    assert_eq!(files, ["values.yaml", "values-prod.yaml"]);
    let (_, release, _) = composed(
        &reference("HelmChart", "hub"),
        &cluster.replace("  chart: hub", "  ignoreMissingValuesFiles: true\n  chart: hub"),
    );
    assert!(release.chart_values_files.ignore_missing && !release.chart_values_files.keep_defaults);
    let folder = RepoPath::new("charts/hub").expect("a path");
    assert_eq!(found(&template("GitRepository", "flux-system", "./charts/hub")), ChartSource::Folder(folder));
    let (source, path) = ("https://example.com/other.git".into(), "./charts/hub".into());
    assert_eq!(found(&template("GitRepository", "other", "./charts/hub")), ChartSource::Elsewhere { source, path });
    let (source, path) = ("HelmRepository team/gone".into(), "hub".into());
    assert_eq!(found(&template("HelmRepository", "gone", "hub")), ChartSource::Elsewhere { source, path });
    let both = format!("{CHART}{}", reference("HelmChart", "hub"));
    assert_eq!(
        chart(&both).2,
        ["release.yaml:15:5: a HelmRelease has either `chart` or `chartRef`; this one has both"]
    );
    assert_eq!(chart("interval: 1h\n").2, ["release.yaml:1:1: the HelmRelease names no chart"]);
}

#[test]
fn custom_resources_come_with_the_chart_unless_they_are_skipped() {
    let includes = |install: &str| composed(&format!("{CHART}{install}"), "").1.include_crds;
    assert!(includes(""));
    assert!(includes("install: {crds: CreateReplace}\nupgrade: {crds: Skip}\n"));
    assert!(!includes("install: {crds: Skip}\n"));
}

#[test]
fn releases_are_named_as_helm_takes_it() {
    let release = |name: &str, spec: &str| {
        let value = yaml(&format!(
            "{{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {{name: {name}, namespace: team}}, spec: {spec}}}"
        ));
        let id = ObjectId::of_value(&value).expect("an object");
        let text = |text: Option<smol_str::SmolStr>| text.unwrap_or_default().to_string();
        let name = helm_release::release_name(&id, &value).to_string();
        (name, text(helm_release::release_namespace(&id, &value)), text(helm_release::storage_namespace(&id, &value)))
    };
    let names =
        |name: &str, namespace: &str, storage: &str| (name.to_owned(), namespace.to_owned(), storage.to_owned());
    assert_eq!(release("hub", "{}"), names("hub", "team", "team"));
    assert_eq!(release("hub", "{targetNamespace: apps}"), names("apps-hub", "apps", "team"));
    assert_eq!(release("hub", "{targetNamespace: apps, releaseName: r, storageNamespace: s}"), names("r", "apps", "s"));
    // `some-front-appended-namespace-release-with-a-long-name`: 54 characters, shortened to 40, a hyphen and the start of its SHA-256.
    let long = "some-front-appended-namespace-release-with-a-long-name";
    assert_eq!(release(long, "{}").0, "some-front-appended-namespace-release-wi-92a4e5a49e00");
}

fn yaml(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    stream.documents().next().expect("a document").root().to_value(FileId(0)).expect("a value")
}

/// Each line has entries of `valuesFrom`, inline values and what they give, as Helm's parser and the controller's merge have it; null where these fail.
#[test]
fn typed_values_come_out_as_in_the_controller() {
    let mut wrong = Vec::new();
    for line in include_str!("../../fixtures/flux/values/set.jsonl").lines() {
        let case = yaml(line);
        let mut parts = Vec::new();
        let mut failed = false;
        for part in case.get("parts").and_then(Value::as_sequence).expect("parts") {
            let text = |key: &str| part.get(key).and_then(Value::as_str);
            match text("target") {
                None => parts.push(Part::Document(part.get("document").cloned().unwrap_or_else(Value::mapping))),
                Some(path) => {
                    let literal = part.get("literal").and_then(Value::as_bool).unwrap_or_default();
                    match assignments(path, text("value").unwrap_or_default(), literal, Origin::NONE) {
                        Ok(assignments) => parts.push(Part::Assignments(assignments)),
                        Err(_) => failed = true,
                    }
                }
            }
        }
        let found = compose(&parts, case.get("inline")).ok().filter(|_| !failed).map(|composed| composed.to_value());
        let wanted = case.get("result").filter(|result| !result.is_null());
        if found.as_ref() != wanted {
            wrong.push(format!("{line}: found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
