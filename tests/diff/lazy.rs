//! Leaving out what does not change changes no diff: over many edits of a repository in which everything depends on everything else.

use std::{collections::BTreeMap, fs, sync::Arc};

use proptest::prelude::*;
use treewright::{
    cluster::Options as ClusterOptions,
    diff::{Diff, Options, diff},
    manifest::HashKey,
    project::{Extent, Project, open_two},
    source::{Memory, SourceView},
};

use super::{COMMON, Change, compare, fixtures, memory};

/// The diff of two views of which only what may differ is rendered, and how many units are left out.
fn lazily(before: Memory, after: Memory) -> (Diff, usize) {
    opened(before, after, Extent::Differing)
}

fn opened(before: Memory, after: Memory, extent: Extent) -> (Diff, usize) {
    let (before, after): (Arc<dyn SourceView>, Arc<dyn SourceView>) = (Arc::new(before), Arc::new(after));
    let (before, after) =
        open_two((&before, ClusterOptions::default()), (&after, ClusterOptions::default()), extent).expect("readable");
    let left_out = |project: &Project| project.units().iter().filter(|unit| unit.left_out).count();
    assert_eq!(left_out(&before), left_out(&after));
    let found = diff(("before", &before), ("after", &after), &Options::new(HashKey::new(b"test")));
    (found, left_out(&after))
}

#[test]
fn every_fixture_is_the_same_lazily() {
    for folder in fixtures() {
        let text = fs::read_to_string(folder.join("change.md")).expect("a change");
        let change = Change::of(&text);
        let (before, after) = (change.before, change.after);
        let expected = Change::of(&text).diff();
        assert_eq!(opened(before.clone(), after.clone(), Extent::All), (expected.clone(), 0), "{}", folder.display());
        assert_eq!(lazily(before, after).0, expected, "{}", folder.display());
    }
}

type Files = BTreeMap<String, String>;

/// Nine units, one of which only a patch makes one, Applications in one of them, and two directories that nobody applies: bases, overlays, a component, variables and values from other units, charts of other units, generators, files
/// outside of their directory, units that wait for each other.
fn repository() -> Files {
    let mut files: Files = COMMON.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let mut add = |path: &str, text: &str| {
        files.insert(path.to_owned(), text.to_owned());
    };
    for (name, more) in [
        ("vars", ""),
        ("charts", "  dependsOn: [{name: vars}]\n"),
        ("one", "  postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}\n"),
        ("four", ""),
        ("two", "  postBuild: {substituteFrom: [{kind: Secret, name: secret-vars, optional: true}]}\n"),
        (
            "three",
            "  patches: [{patch: \"- {op: add, path: /metadata/annotations, value: {a: b}}\", target: {kind: ConfigMap}}]\n",
        ),
        // What it applies becomes a unit only by its patch.
        (
            "more",
            "  patches: [{patch: \"- {op: add, path: /spec/sourceRef, value: {kind: GitRepository, name: flux-system}}\", target: {kind: Kustomization}}]\n",
        ),
    ] {
        let text = format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  interval: 10m\n  \
             path: ./units/{name}\n  prune: true\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n{more}"
        );
        add(&format!("clusters/production/{name}.yaml"), &text);
    }
    add("apps/kustomization.yaml", "resources: [settings.yaml]\n");
    add(
        "apps/settings.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain, namespace: apps}\ndata: {a: value}\n",
    );
    add(
        "units/vars/vars.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {COLOUR: blue, SIZE: value}\n",
    );
    add(
        "units/vars/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: secret-vars, namespace: flux-system}\nstringData: {SHAPE: value}\n",
    );
    add(
        "units/charts/kustomization.yaml",
        "namespace: apps\nnamePrefix: our-\nresources: [repository.yaml]\nconfigMapGenerator:\n  - {name: values, files: [values.yaml], options: {disableNameSuffixHash: true}}\n",
    );
    add(
        "units/charts/repository.yaml",
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts}\nspec: {interval: 1h, url: https://value.example.org}\n",
    );
    add("units/charts/values.yaml", "size: value\n");
    let release = |name: &str, more: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: apps}}\nspec:\n  interval: 10m\n  chart: {{spec: {{chart: web, version: 1.0.0, \
         sourceRef: {{kind: HelmRepository, name: our-charts}}}}}}\n  values: {{a: value}}\n{more}"
        )
    };
    add(
        "units/one/kustomization.yaml",
        "resources: [../../base/web, release.yaml]\ncomponents: [../../components/labels]\nconfigMapGenerator:\n  - {name: own, namespace: apps, files: [../../shared/own.conf]}\n",
    );
    add(
        "units/one/release.yaml",
        &release("one", "  valuesFrom: [{kind: ConfigMap, name: our-values, valuesKey: values.yaml}]\n"),
    );
    add(
        "units/two/kustomization.yaml",
        "namespace: two\nnameSuffix: -two\nresources: [../../base/web]\npatches: [{path: patch.yaml}]\n",
    );
    add("units/two/patch.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n");
    add("units/three/release.yaml", &release("three", "  dependsOn: [{name: one}]\n"));
    add(
        "units/three/web.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: three, namespace: apps}\ndata: {a: value}\n",
    );
    add(
        "units/four/argo.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: value, namespace: argocd, finalizers: [resources-finalizer.argocd.argoproj.io]}\nspec:\n  project: default\n  \
         source: {repoURL: https://example.org/fleet, path: argo/one, targetRevision: HEAD}\n  destination: {server: https://kubernetes.default.svc, namespace: apps}\n  \
         syncPolicy: {automated: {prune: true}}\n---\n\
         apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: set, namespace: argocd}\nspec:\n  goTemplate: true\n  generators: [{git: {repoURL: https://example.org/fleet, revision: HEAD, directories: [{path: argo/sets/*}]}}]\n  \
         template:\n    metadata: {name: \"set-{{.path.basename}}\"}\n    spec:\n      project: default\n      source: {repoURL: https://example.org/fleet, path: \"{{.path.path}}\", targetRevision: HEAD}\n      destination: {server: https://kubernetes.default.svc, namespace: sets}\n",
    );
    for directory in ["one", "sets/red", "sets/blue"] {
        let name = directory.replace('/', "-");
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: value}}\n");
        add(&format!("argo/{directory}/map.yaml"), &text);
        add(&format!("argo/{directory}/more.yaml"), &text.replace(&name, &format!("{name}-more")));
    }
    add(
        "units/more/five.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: five, namespace: flux-system}\nspec: {interval: 10m, path: ./units/five, prune: true}\n",
    );
    add(
        "units/five/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: five, namespace: apps}\nspec: {selector: {app: value}}\n",
    );
    add("base/web/kustomization.yaml", "resources: [web.yaml]\n");
    add(
        "base/web/web.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: apps}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - {name: web, image: \"web:value\", env: [{name: A, value: \"${COLOUR:=red}\"}], envFrom: [{configMapRef: {name: plain}}, {secretRef: {name: made, optional: true}}]}\n",
    );
    add(
        "components/labels/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels: [{pairs: {team: value}}]\n",
    );
    add("shared/own.conf", "colour = value\n");
    add("bare/a/kustomization.yaml", "namespace: a\nresources: [../../base/web, map.yaml]\n");
    add("bare/a/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {a: value}\n");
    add("bare/b/kustomization.yaml", "namespace: b\nresources: [secret.yaml, missing.yaml]\n");
    add(
        "bare/b/secret.yaml",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: made}\nspec: {target: {name: made}, data: [{secretKey: value, remoteRef: {key: value}}]}\n",
    );
    add(
        "loose/note.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: note, namespace: apps}\ndata: {a: value}\n",
    );
    files
}

/// Words that stand for something in the repository, and what takes their place.
const WORDS: &[(&str, &str)] = &[
    ("value", "other"),
    ("value", "${COLOUR}"),
    ("blue", "green"),
    ("COLOUR", "COLOR"),
    ("vars", "vars2"),
    ("our-", "their-"),
    ("charts", "graphs"),
    ("namespace: ", "namespace: new-"),
    ("name: ", "name: new-"),
    ("resources: [", "resources: [new.yaml, "),
    ("prune: true", "prune: false"),
    ("prune: true", "suspend: true"),
    ("./units/", "./units/../units/"),
    ("path: ./units/three", "path: ./units/two"),
    ("web", "site"),
    ("1.0.0", "2.0.0"),
    ("optional: true", "optional: false"),
    ("replicas: 3", "replicas: 0"),
];

/// One edit: a file, and what is done to it.
fn edit(files: &mut Files, file: usize, what: usize) {
    let Some(path) = files.keys().nth(file % files.len()).cloned() else { return };
    let text = files.get(&path).cloned().unwrap_or_default();
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let new = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new, namespace: apps}\ndata: {a: b}\n";
    match what % (WORDS.len() + 5) {
        0 => {
            files.remove(&path);
        }
        1 => {
            files.insert(format!("{folder}new.yaml"), new.to_owned());
        }
        2 => {
            files.remove(&path);
            files.insert(format!("moved/{}", path.replace('/', "-")), text);
        }
        3 => {
            files.insert(path, format!("{text}---\n{new}"));
        }
        4 => {
            files.insert(
                format!("{folder}missing.yaml"),
                new.replace("name: new,", "name: vars,").replace("namespace: apps", "namespace: flux-system"),
            );
        }
        what => {
            if let Some((from, to)) = WORDS.get(what - 5) {
                files.insert(path, text.replace(from, to));
            }
        }
    }
}

#[test]
fn each_file_by_itself_is_the_same_lazily() {
    for path in repository().keys() {
        let mut without = repository();
        without.remove(path);
        let mut other = repository();
        other.entry(path.clone()).and_modify(|text| *text = text.replace("value", "other"));
        for files in [without, other] {
            let (before, after) = (memory(&repository()), memory(&files));
            assert_eq!(lazily(before.clone(), after.clone()).0, compare(before, after), "{path}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_edit_is_the_same_lazily(edits in prop::collection::vec((0..64usize, 0..64usize), 1..4), turned: bool) {
        let mut files = repository();
        for (file, what) in &edits {
            edit(&mut files, *file, *what);
        }
        let (mut before, mut after) = (memory(&repository()), memory(&files));
        if turned {
            std::mem::swap(&mut before, &mut after);
        }
        let (lazy, _) = lazily(before.clone(), after.clone());
        prop_assert_eq!(lazy, compare(before, after));
    }
}

#[test]
fn what_does_not_change_is_left_out() {
    let left_out = |path: &str, from: &str, to: &str| {
        let mut files = repository();
        let text = files.get(path).expect("a file").replace(from, to);
        files.insert(path.to_owned(), text);
        lazily(memory(&repository()), memory(&files)).1
    };
    // What holds Applications is always rendered, and so are Secrets, which may tell Argo CD of clusters. The root applies others, and its variables come from another unit; a third may rename what it holds to something that is asked for.
    assert_eq!(left_out("units/five/service.yaml", "app: value", "app: other"), 4);
    assert_eq!(left_out("units/two/patch.yaml", "replicas: 3", "replicas: 4"), 4);
    assert!(left_out("base/web/web.yaml", "web:value", "web:other") < 5);
}
