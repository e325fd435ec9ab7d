//! A repository whose ApplicationSets take everything from the clusters: which add-ons they get, in which version, and even where the repository is.

use crate::environment::Environment;

/// Brings the folder of add-ons to every cluster that says where it is.
const BOOTSTRAP: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: bootstrap, namespace: argocd}
spec:
  generators:
    - clusters: {selector: {matchExpressions: [{key: role, operator: In, values: [hub]}]}}
  template:
    metadata: {name: 'bootstrap-{{name}}'}
    spec:
      project: default
      source:
        repoURL: '{{metadata.annotations.repo_url}}'
        targetRevision: '{{metadata.annotations.repo_revision}}'
        path: '{{metadata.annotations.repo_basepath}}addons'
        directory: {recurse: true, exclude: exclude/*}
      destination: {namespace: argocd, name: '{{name}}'}
";
/// One add-on, in a version for each environment, with values from three files of which most are missing.
const DNS: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: addons-dns}
spec:
  generators:
    - merge:
        mergeKeys: [server]
        generators:
          - clusters:
              selector: {matchLabels: {enable_dns: 'true'}}
              values: {chart: external-dns, version: 1.14.0}
          - clusters:
              selector: {matchLabels: {environment: staging}}
              values: {version: 1.15.0}
  template:
    metadata: {name: 'addon-{{name}}-{{values.chart}}'}
    spec:
      project: default
      sources:
        - repoURL: '{{metadata.annotations.repo_url}}'
          targetRevision: '{{metadata.annotations.repo_revision}}'
          ref: values
        - repoURL: https://charts.example.org
          chart: '{{values.chart}}'
          targetRevision: '{{values.version}}'
          helm:
            releaseName: '{{values.chart}}'
            ignoreMissingValueFiles: true
            valueFiles:
              - $values/{{metadata.annotations.repo_basepath}}environments/default/{{values.chart}}.yaml
              - $values/{{metadata.annotations.repo_basepath}}environments/{{metadata.labels.environment}}/{{values.chart}}.yaml
              - $values/{{metadata.annotations.repo_basepath}}clusters/{{name}}/{{values.chart}}.yaml
      destination: {namespace: '{{metadata.annotations.dns_namespace}}', name: '{{name}}'}
";
/// A folder of this repository for each cluster.
const SETTINGS: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: settings}
spec:
  generators:
    - clusters: {selector: {matchExpressions: [{key: environment, operator: Exists}]}}
  template:
    metadata: {name: 'settings-{{name}}'}
    spec:
      project: default
      source:
        repoURL: '{{metadata.annotations.repo_url}}'
        targetRevision: '{{metadata.annotations.repo_revision}}'
        path: '{{metadata.annotations.repo_basepath}}clusters/{{name}}/settings'
      destination: {namespace: settings, name: '{{name}}'}
";
const INVENTORY: &str = "\
clusters:
  - name: hub
    server: https://hub.example.org
    labels: {role: hub, environment: production, enable_dns: 'true'}
    annotations: &here
      repo_url: https://git.example.org/platform/bridge
      repo_revision: main
      repo_basepath: gitops/
      dns_namespace: dns
  - name: spoke
    server: https://spoke.example.org
    labels: {environment: staging, enable_dns: 'true'}
    annotations: *here
local: false
";

fn bridge() -> Environment {
    let environment = Environment::new();
    let settings = |colour: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{colour: {colour}}}\n")
    };
    let files = [
        ("bootstrap.yaml", BOOTSTRAP.to_owned()),
        ("gitops/addons/oss/dns.yaml", DNS.to_owned()),
        ("gitops/addons/settings.yaml", SETTINGS.to_owned()),
        ("gitops/addons/exclude/old.yaml", DNS.replace("addons-dns", "addons-old")),
        ("gitops/environments/default/external-dns.yaml", "interval: 1m\nsource: default\n".to_owned()),
        ("gitops/environments/staging/external-dns.yaml", "source: staging\n".to_owned()),
        ("gitops/clusters/hub/settings/settings.yaml", settings("blue")),
        ("gitops/clusters/spoke/settings/settings.yaml", settings("green")),
        ("inventory.yaml", INVENTORY.to_owned()),
    ];
    for (path, text) in files {
        environment.write(path, &text);
    }
    environment
}

#[test]
fn an_inventory_expands_a_bridge_completely() {
    let run = bridge().treewright(&["build", "--list", "--inventory", "inventory.yaml"]);
    let text = "\
CLUSTER  UNIT                                  OBJECTS  NOT RENDERED
.        argo:argocd/bootstrap-hub                   2
.        argo:argocd/addon-hub-external-dns          0  the chart `external-dns` of https://charts.example.org: charts are rendered by Helm only
.        argo:argocd/addon-spoke-external-dns        0  the chart `external-dns` of https://charts.example.org: charts are rendered by Helm only
.        argo:argocd/settings-hub                    1
.        argo:argocd/settings-spoke                  1
";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, text, ""));
}

#[test]
fn what_a_bridge_brings_to_a_cluster_is_built_by_name() {
    let environment = bridge();
    let run = environment.treewright(&["build", "--inventory", "inventory.yaml", "argo:settings-spoke"]);
    let text =
        "apiVersion: v1\ndata:\n  colour: green\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: settings\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, text, ""));
}

#[test]
fn without_an_inventory_a_bridge_is_listed_as_not_expanded() {
    let run = bridge().treewright(&["build", "--list"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("argo:") && run.stdout.contains("clusters"), "{}", run.stdout);
}

/// The values that a chart gets come from the files of the environment: seen through a helm of our own.
#[cfg(unix)]
#[test]
fn the_values_of_a_bridge_come_from_the_files_of_the_environment() {
    use std::{fs, os::unix::fs::PermissionsExt as _};
    let environment = bridge();
    let script = "while [ $# -gt 0 ]; do case $1 in --values) file=$2;; esac; shift; done\nread -r values < \"$file\"\nprintf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: map}\\ndata:\\n  values: |-\\n    %s\\n' \"$values\"";
    environment.write("../bin/helm", &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(environment.work().join("../bin/helm"), fs::Permissions::from_mode(0o755)).expect("a program");
    for version in ["1.14.0", "1.15.0"] {
        let chart = crate::helm::packed("external-dns", version);
        let cache = environment.work().join("../.cache/helm/repository");
        fs::create_dir_all(&cache).expect("a folder");
        fs::write(cache.join(format!("external-dns-{version}.tgz")), chart).expect("written");
    }
    let values = |unit: &str| {
        let run =
            environment.treewright_with_path("../bin", &["build", "--helm", "--inventory", "inventory.yaml", unit]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        run.stdout.lines().find(|line| line.contains("values:")).expect("values").trim().to_owned()
    };
    assert_eq!(values("argo:addon-hub-external-dns"), "values: '{\"interval\":\"1m\",\"source\":\"default\"}'");
    assert_eq!(values("argo:addon-spoke-external-dns"), "values: '{\"interval\":\"1m\",\"source\":\"staging\"}'");
}
