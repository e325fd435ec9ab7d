//! Charts on the command line: a program of our own stands in for helm, and the real one is asked where it is installed.
#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::environment::{Environment, Run};

/// What Flux's bootstrapping writes, and one Kustomization for `apps`.
const FLUX: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: https://git.example.org/team/fleet}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {path: ./clusters/home, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
";
const APPS: &str = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
";
const RELEASE: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: team
spec:
  targetNamespace: jupyter
  releaseName: hub
  chart:
    spec:
      chart: ./charts/hub
      sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}
  valuesFrom:
    - {kind: ConfigMap, name: colours}
    - {kind: Secret, name: plain, valuesKey: password, targetPath: auth.password}
    - {kind: Secret, name: stored, valuesKey: token, targetPath: auth.token}
  values:
    size: 3
  postRenderers:
    - kustomize:
        patches:
          - target: {kind: ConfigMap}
            patch: |
              apiVersion: v1
              kind: ConfigMap
              metadata:
                name: any
                labels: {patched: \"yes\"}
";
const DATA: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: colours, namespace: team}
data: {values.yaml: \"colour: blue\"}
---
apiVersion: v1
kind: Secret
metadata: {name: plain, namespace: team}
stringData: {password: hunter2-and-more}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: stored, namespace: team}
spec:
  secretStoreRef: {name: vault}
  data: [{secretKey: token, remoteRef: {key: app/hub, property: token}}]
";
const TEMPLATE: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-map
data:
  colour: {{ .Values.colour }}
  size: {{ .Values.size | quote }}
  password: {{ .Values.auth.password | quote }}
  token: {{ .Values.auth.token | quote }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .Release.Namespace }}-role
";

/// A program that prints an object with the name of the release and the values that it got.
const STAND_IN: &str = "\
while [ $# -gt 0 ]; do case $1 in --values) file=$2; shift;; --) name=$2; shift;; esac; shift; done
read -r values < \"$file\"
printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: %s-map\\ndata:\\n  values: |-\\n    %s\\n' \"$name\" \"$values\"
";

/// A repository with a HelmRelease whose chart lies in it.
fn repository() -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    let files = [
        ("clusters/home/flux-system/gotk-sync.yaml", FLUX),
        ("clusters/home/apps.yaml", APPS),
        ("apps/kustomization.yaml", "resources: [release.yaml, data.yaml]\n"),
        ("apps/release.yaml", RELEASE),
        ("apps/data.yaml", DATA),
        ("charts/hub/Chart.yaml", "apiVersion: v2\nname: hub\nversion: 1.0.0\n"),
        ("charts/hub/values.yaml", "colour: red\nauth: {}\n"),
        ("charts/hub/templates/map.yaml", TEMPLATE),
    ];
    for (path, text) in files {
        environment.write(path, text);
    }
    environment
}

/// Runs treewright with a helm that does what a line of shell says.
fn with_helm(environment: &Environment, line: &str, arguments: &[&str]) -> Run {
    environment.write("../bin/helm", &format!("#!/bin/sh\n{line}\n"));
    let helm = environment.work().join("../bin/helm");
    fs::set_permissions(helm, fs::Permissions::from_mode(0o755)).expect("made a program");
    environment.treewright_with_path("../bin", arguments)
}

/// The folder of the real helm, if there is one.
fn real_helm() -> Option<String> {
    let helm = crate::helm::helm();
    if helm.is_none() {
        eprintln!("skipped: there is no helm on this machine");
    }
    Some(helm?.parent()?.display().to_string())
}

#[test]
fn without_helm_releases_are_listed_by_name() {
    let environment = repository();
    let run = environment.treewright(&["build", "flux:apps"]);
    let line = "apps/release.yaml: not rendered: Helm release hub: charts are only rendered with --helm\n";
    assert_eq!((run.code, run.stderr.as_str()), (0, line));
    assert!(run.stdout.contains("kind: HelmRelease"), "{}", run.stdout);
    let run = environment.treewright(&["build", "--list"]);
    assert!(
        run.stdout.contains("flux:flux-system/apps               4  the chart of 1 Helm release\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_chart_of_a_release_joins_its_unit_without_any_secret() {
    let environment = repository();
    let expected = "---
apiVersion: v1
data:
  values: '{\"colour\":\"blue\",\"size\":3,\"auth\":{\"password\":\"<auth.password:from-secret>\",\"token\":\"<auth.token:from-secret>\"}}'
kind: ConfigMap
metadata:
  labels:
    patched: \"yes\"
  name: hub-map
  namespace: jupyter
";
    let left_out = "\
flux:flux-system/apps: apps/release.yaml: not rendered: value `auth.token` of Helm release hub: Secret `stored` key `token`: ExternalSecret team/stored makes it
flux:flux-system/apps: apps/release.yaml: not rendered: `auth.password` of Helm release hub: values of Secrets are never shown
";
    let run = with_helm(&environment, STAND_IN, &["build", "--helm", "--allow-missing", "flux:apps"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, left_out));
    let (own, chart) = run.stdout.rsplit_once("---\n").expect("several documents");
    assert_eq!(format!("---\n{chart}"), expected);
    assert!(own.contains("kind: HelmRelease\n"), "{own}");
    // The same for the path, for the cluster, and in the count of objects.
    let run = with_helm(&environment, STAND_IN, &["build", "--helm", "--allow-missing", "apps"]);
    assert!(run.code == 0 && run.stdout.ends_with(expected), "{}{}", run.stdout, run.stderr);
    let run = with_helm(&environment, STAND_IN, &["build", "--helm", "--allow-missing", "--cluster", "home"]);
    assert!(run.code == 0 && run.stdout.ends_with(expected), "{}{}", run.stdout, run.stderr);
    let run = with_helm(&environment, STAND_IN, &["build", "--helm", "--list"]);
    assert!(run.stdout.contains("flux:flux-system/apps               5  "), "{}", run.stdout);
    // Without leave nothing is printed.
    let run = with_helm(&environment, STAND_IN, &["build", "--helm", "flux:apps"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("--allow-missing renders the rest"), "{}", run.stderr);
}

#[test]
fn the_graph_and_traces_know_the_objects_of_charts() {
    let environment = repository();
    let line = "printf 'apiVersion: v1\\nkind: Secret\\nmetadata:\\n  name: made-by-chart\\nstringData:\\n  key: x\\n'";
    let run = with_helm(&environment, line, &["graph", "--helm", "--depth", "objects"]);
    assert!(run.code == 0 && run.stdout.contains("Secret jupyter/made-by-chart"), "{}{}", run.stdout, run.stderr);
    let run = with_helm(&environment, line, &["trace", "--helm", "secret/made-by-chart"]);
    assert!(run.stdout.contains("made-by-chart") && run.code == 0, "{}{}", run.stdout, run.stderr);
    let run = environment.treewright(&["trace", "secret/made-by-chart"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
}

/// Without helm a chart is its version and its values; with it, the objects that it makes are shown, too. Secrets never arrive there.
#[test]
fn a_diff_shows_what_the_chart_makes_if_it_is_asked_to() {
    let environment = repository();
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "-m", "before"]);
    environment.write("apps/release.yaml", &RELEASE.replace("size: 3", "size: 4"));
    environment.write("apps/data.yaml", &DATA.replace("hunter2-and-more", "hunter3-and-more"));
    let manifests = "\
HEAD → the work tree

home
  flux:flux-system/apps
    ~ HelmRelease team/hub                                   apps/release.yaml:1
        values.size: 3 → 4                                  apps/release.yaml:18
        values.auth.password: (secret) → (secret)
                                                                apps/data.yaml:9
    ~ Secret team/plain                                         apps/data.yaml:6
        stringData.password: (secret) → (secret)  apps/data.yaml:9

danger
";
    let run = environment.treewright(&["diff"]);
    let plain = |text: &str| {
        regex::Regex::new(r"\(secret [a-z0-9]+\)").expect("a pattern").replace_all(text, "(secret)").into_owned()
    };
    assert_eq!(plain(run.stdout.split_inclusive("danger\n").next().unwrap_or_default()), manifests);
    let run = with_helm(&environment, STAND_IN, &["diff", "--helm"]);
    let made = "\
    ~ ConfigMap jupyter/hub-map                              apps/release.yaml:1
        data.values
";
    assert!(run.stdout.contains(made), "{}", run.stdout);
    for run in [
        run,
        with_helm(&environment, STAND_IN, &["diff", "--helm", "--format", "json"]),
        with_helm(&environment, STAND_IN, &["diff", "--helm", "--format", "markdown"]),
    ] {
        assert!(run.code == 0 && run.stdout.contains("hub-map"), "{}{}", run.stdout, run.stderr);
        assert!(!run.stdout.contains("hunter"), "{}", run.stdout);
    }
}

/// Charts draw passwords and look at the clock: what nobody changed must not seem to.
#[test]
fn a_chart_that_never_gives_the_same_twice_is_rendered_once() {
    let environment = repository();
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "-m", "before"]);
    let calls = environment.work().join("../calls");
    let drawing = format!("echo >> '{}'\n{STAND_IN}\nprintf '  drawn: \"%s\"\\n' $$", calls.display());
    // In the same unit.
    environment.write("apps/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n");
    environment.write("apps/kustomization.yaml", "resources: [release.yaml, data.yaml, more.yaml]\n");
    let run = with_helm(&environment, &drawing, &["diff", "--helm"]);
    assert!(run.stdout.ends_with("\n1 added in home\n"), "{run:?}");
    assert_eq!(environment.read("../calls"), "\n");
    // A release that did change draws anew.
    environment.write("apps/release.yaml", &RELEASE.replace("size: 3", "size: 4"));
    let run = with_helm(&environment, &drawing, &["diff", "--helm"]);
    assert!(run.stdout.contains("~ ConfigMap jupyter/hub-map") && run.stdout.contains("data.drawn"), "{run:?}");
    // What stands for a secret is none.
    assert!(run.stdout.contains("<auth.password:from-secret>"), "{run:?}");
    assert_eq!(environment.read("../calls"), "\n\n\n");
}

#[test]
fn without_a_helm_on_the_path_nothing_is_done() {
    let environment = repository();
    environment.write("../empty/file", "");
    for arguments in [&["build", "--helm", "flux:apps"][..], &["graph", "--helm"], &["trace", "--helm", "secret/plain"]]
    {
        let run = environment.treewright_with_path("../empty", arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(
            run.stderr.contains("--helm needs the program `helm`") && run.stderr.contains("install Helm"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn what_helm_says_is_shown_and_its_time_is_limited() {
    let environment = repository();
    let warning = format!("{STAND_IN}\necho 'WARNING: this chart is deprecated' >&2");
    let run = with_helm(&environment, &warning, &["build", "--helm", "--allow-missing", "flux:apps"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("Helm says about release hub: WARNING: this chart is deprecated"), "{}", run.stderr);

    let slow = ["build", "--helm", "--helm-timeout", "1", "flux:apps"];
    let run = with_helm(&environment, "exec /bin/sleep 60", &slow);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let line = "apps/release.yaml: not rendered: Helm release hub: helm took longer than 1 s";
    assert!(run.stderr.contains(line), "{}", run.stderr);

    let run = with_helm(&environment, "echo 'Error: size must be even' >&2; exit 1", &["build", "--helm", "flux:apps"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("Helm refuses release hub: size must be even"), "{}", run.stderr);
}

#[test]
fn charts_that_are_not_at_hand_are_named() {
    let environment = repository();
    let elsewhere = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: team}
spec: {url: https://charts.example.org}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: proxy, namespace: team}
spec:
  chart: {spec: {chart: proxy, version: 2.x, sourceRef: {kind: HelmRepository, name: charts}}}
";
    environment.write("apps/proxy.yaml", elsewhere);
    environment.write("apps/kustomization.yaml", "resources: [proxy.yaml]\n");
    let run = with_helm(&environment, STAND_IN, &["build", "--helm", "flux:apps"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let line = "apps/proxy.yaml: not rendered: Helm release proxy: chart proxy 2.x is neither in this repository nor in Helm's cache";
    assert!(run.stderr.contains(line), "{}", run.stderr);

    // Nor is what a chart of the repository depends on.
    let depends = "apiVersion: v2\nname: hub\nversion: 1.0.0\ndependencies: [{name: proxy, version: 2.x, repository: https://charts.example.org}]\n";
    environment.write("charts/hub/Chart.yaml", depends);
    environment.write("apps/kustomization.yaml", "resources: [release.yaml]\n");
    let run = with_helm(&environment, STAND_IN, &["build", "--helm", "flux:apps"]);
    let line =
        "Helm release hub: it depends on the chart `proxy`, which is not in its `charts`: chart proxy 2.x is neither";
    assert!(run.code == 2 && run.stderr.contains(line), "{}", run.stderr);
}

const APPLICATION: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: platform, namespace: argocd}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: platform}
  source:
    repoURL: https://git.example.org/team/fleet.git
    path: umbrella
    helm:
      valuesObject: {inner: {colour: green}}
";

/// An Application with an umbrella chart that brings an Application.
fn applications() -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.git(&["remote", "add", "origin", "https://git.example.org/team/fleet.git"]);
    let umbrella = "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies: [{name: inner, version: 1.0.0, repository: https://charts.example.org}, {name: local, version: 1.0.0, repository: 'file://../local'}]\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-{{ .Chart.Name }}\ndata:\n  colour: {{ .Values.colour }}\n";
    let child = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: child\n  namespace: argocd\nspec:\n  destination: {server: https://kubernetes.default.svc, namespace: child}\n  source: {repoURL: https://git.example.org/team/fleet.git, path: child}\n";
    let files = [
        ("apps/platform.yaml", APPLICATION),
        ("umbrella/Chart.yaml", umbrella),
        ("umbrella/values.yaml", "inner: {colour: red}\n"),
        ("umbrella/templates/child.yaml", child),
        ("umbrella/charts/inner/Chart.yaml", "apiVersion: v2\nname: inner\nversion: 1.0.0\n"),
        ("umbrella/charts/inner/values.yaml", "colour: none\n"),
        ("umbrella/charts/inner/templates/map.yaml", map),
        ("local/Chart.yaml", "apiVersion: v2\nname: local\nversion: 1.0.0\n"),
        ("local/values.yaml", "colour: grey\n"),
        ("local/templates/map.yaml", map),
        ("child/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: child}\n"),
    ];
    for (path, text) in files {
        environment.write(path, text);
    }
    environment
}

#[test]
fn the_chart_of_an_application_is_rendered_in_turn() {
    let environment = applications();
    let run = environment.treewright(&["build", "argo:platform"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("the chart in `umbrella`") && run.stderr.contains("--helm renders charts"),
        "{}",
        run.stderr
    );
    let brings = "printf 'apiVersion: argoproj.io/v1alpha1\\nkind: Application\\nmetadata:\\n  name: child\\n  namespace: argocd\\nspec:\\n  destination: {namespace: child}\\n  source: {repoURL: https://git.example.org/team/fleet.git, path: child}\\n'";
    let run = with_helm(&environment, brings, &["build", "--helm", "argo:child"]);
    let child = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: child\n  namespace: child\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, child, ""));
}

#[test]
fn the_real_helm_renders_an_application_with_an_umbrella_chart() {
    let Some(helm) = real_helm() else { return };
    let run = applications().treewright_with_path(&helm, &["build", "--helm", "argo:platform"]);
    let map = |name: &str, colour: &str| {
        format!(
            "apiVersion: v1\ndata:\n  colour: {colour}\nkind: ConfigMap\nmetadata:\n  name: platform-{name}\n  namespace: platform\n"
        )
    };
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for expected in [map("inner", "green"), map("local", "grey")] {
        assert!(run.stdout.contains(&expected), "{expected}{}", run.stdout);
    }
    assert!(run.stdout.contains("kind: Application\nmetadata:\n  name: child\n"), "{}", run.stdout);
}

#[test]
fn the_real_helm_renders_a_release_of_a_chart_in_the_repository() {
    let Some(helm) = real_helm() else { return };
    let run = repository().treewright_with_path(&helm, &["build", "--helm", "--allow-missing", "flux:apps"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = "---
apiVersion: v1
data:
  colour: blue
  password: <auth.password:from-secret>
  size: \"3\"
  token: <auth.token:from-secret>
kind: ConfigMap
metadata:
  labels:
    patched: \"yes\"
  name: hub-map
  namespace: jupyter
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: jupyter-role
";
    let mut parts: Vec<&str> = expected.split("---\n").filter(|part| !part.is_empty()).collect();
    parts.retain(|part| !run.stdout.contains(part));
    assert!(parts.is_empty(), "{parts:?} not in {}", run.stdout);
}
