//! Helm as a renderer, and what becomes of a release without one. A program of our own stands in where helm would be hard to bring to it.

use std::{fs, path::Path, sync::Arc, time::Duration};

use treewright::{
    diagnostic::Label,
    helm::{Charts, Program, Renderer, render},
    manifest::Rendered,
};

use super::{helm, path, release, view};

const FILES: &[(&str, &str)] = &[
    ("chart/Chart.yaml", "apiVersion: v2\nname: hub\nversion: 1.0.0\n"),
    ("chart/values.yaml", "colour: red\n"),
    (
        "chart/crds/crd.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.org}\n",
    ),
    (
        "chart/templates/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-map\n  namespace: {{ .Release.Namespace }}\ndata:\n  colour: {{ required \"a colour is needed\" .Values.colour }}\n  kube: {{ .Capabilities.KubeVersion }}\n  has: {{ .Capabilities.APIVersions.Has \"example.org/v1\" | quote }}\n",
    ),
];

fn rendered(renderer: Option<&dyn Renderer>, values: &str) -> Rendered {
    let charts = Charts::new(Arc::new(view(FILES)), None);
    let mut asked = release(values);
    asked.kube_version = Some("1.31.0".into());
    asked.api_versions = vec!["example.org/v1".into()];
    render(renderer, &charts, &asked, &Label::file(&path("release.yaml"), ""))
}

fn reasons(rendered: &Rendered) -> Vec<String> {
    rendered.not_rendered.iter().map(ToString::to_string).collect()
}

#[test]
fn without_a_renderer_a_release_is_listed() {
    let rendered = rendered(None, "{}");
    assert!(rendered.objects.is_empty());
    let reason = "release.yaml: not rendered: Helm release release: charts are only templated by `helm`, with `--helm`";
    assert_eq!(reasons(&rendered), [reason]);
}

#[test]
fn helm_renders_a_release() {
    let Some(helm) = helm() else {
        eprintln!("skipped: there is no helm on this machine");
        return;
    };
    let program = Program::new(&helm, Duration::from_mins(1));
    let good = rendered(Some(&program), "colour: blue\n");
    let names: Vec<String> = good.objects.iter().map(|object| object.id.to_string()).collect();
    assert_eq!(names, ["CustomResourceDefinition things.example.org", "ConfigMap space/release-map"]);
    let data = |key| good.objects[1].value.pointer(&["data", key]).and_then(|value| value.as_scalar());
    let texts: Vec<&str> =
        ["colour", "kube", "has"].into_iter().filter_map(data).map(|text| text.text.as_str()).collect();
    assert_eq!(texts, ["blue", "v1.31.0", "true"]);
    assert_eq!(good.objects[1].origin(), release("{}").origin);

    let bad = rendered(Some(&program), "colour: null\n");
    assert!(bad.objects.is_empty());
    let message = &bad.problems[0].message;
    assert!(
        message.starts_with("Helm refuses release release: ") && message.contains("a colour is needed"),
        "{message}"
    );
    assert!(!message.contains("/tmp"), "{message}");
}

#[test]
fn values_files_of_the_chart_reach_helm() {
    let Some(helm) = helm() else {
        eprintln!("skipped: there is no helm on this machine");
        return;
    };
    let program = Program::new(&helm, Duration::from_mins(1));
    let small = ("chart/values-small.yaml", "size: small\n");
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\ndata:\n  all: {{ .Values.colour }}-{{ .Values.size }}-{{ .Values.own }}\n";
    let files = [FILES[0], FILES[1], small, ("chart/templates/map.yaml", template)];
    let charts = Charts::new(Arc::new(view(&files)), None);
    let all = |keep_defaults: bool| {
        let mut asked = release("own: yes\n");
        asked.chart_values_files.names = vec!["values-small.yaml".into()];
        asked.chart_values_files.keep_defaults = keep_defaults;
        let rendered = render(Some(&program), &charts, &asked, &Label::file(&path("release.yaml"), ""));
        let value = rendered.objects.first().and_then(|object| object.value.pointer(&["data", "all"]));
        value.and_then(|value| value.as_scalar()).map(|scalar| scalar.text.to_string())
    };
    // Without a default the chart prints no value.
    assert_eq!(all(false).as_deref(), Some("-small-true"));
    assert_eq!(all(true).as_deref(), Some("red-small-true"));
}

/// A program that does what a line of shell says.
#[cfg(unix)]
fn stand_in(folder: &Path, line: &str) -> Program {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("helm");
    fs::write(&path, format!("#!/bin/sh\n{line}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("made a program");
    Program::new(&path, Duration::from_secs(2))
}

#[cfg(unix)]
#[test]
fn the_program_gets_nothing_but_the_chart_and_the_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = folder.path().join("seen");
    let line = format!(
        "{{ for a in \"$@\"; do echo \"$a\"; done | sed \"s|$HOME|HOME|; s|values-[^.]*|values-X|\"; \
         /bin/ls -l | /bin/grep values- | /usr/bin/cut -c1-10; /bin/cat values-*; /bin/ls chart; echo; /usr/bin/env | /usr/bin/cut -d= -f1 | /usr/bin/sort; pwd; }} > {}; echo 'kind: X'",
        seen.display()
    );
    rendered(Some(&stand_in(folder.path(), &line)), "colour: blue\n");
    let seen = fs::read_to_string(seen).expect("the program ran");
    let (told, rest) = seen.split_once("\n\n").expect("two parts");
    let expected = "template\n--include-crds\n--namespace=space\n--kube-version=1.31.0\n--api-versions=example.org/v1\n--values\nHOME/values-X.yaml\n--\nrelease\nHOME/chart\n\
                    -rw-------\n{\"colour\":\"blue\"}Chart.yaml\ncrds\ntemplates\nvalues.yaml";
    assert_eq!(told, expected);
    let (variables, place) = rest.trim_end().rsplit_once('\n').expect("variables and a place");
    let known = [
        "HELM_CACHE_HOME",
        "HELM_CONFIG_HOME",
        "HELM_DATA_HOME",
        "HOME",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "OLDPWD",
        "PATH",
        "PWD",
        "SHLVL",
        "_",
    ];
    assert!(variables.lines().all(|name| known.contains(&name)), "{variables}");
    assert!(!Path::new(place).exists(), "nothing stays");
}

#[cfg(unix)]
#[test]
fn a_program_that_does_not_end_is_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let slow = rendered(Some(&stand_in(folder.path(), "exec /bin/sleep 600")), "{}");
    let reason = "release.yaml: not rendered: Helm release release: helm took longer than 2 s";
    assert_eq!(reasons(&slow), [reason]);
}

#[cfg(unix)]
#[test]
fn odd_output_is_no_object() {
    let folder = tempfile::tempdir().expect("a folder");
    let odd = rendered(Some(&stand_in(folder.path(), "echo 'a: [1'")), "{}");
    assert_eq!(odd.objects.len(), 0);
    let [reason] = &reasons(&odd)[..] else { panic!("one reason") };
    assert!(reason.contains("what helm printed is not YAML"), "{reason}");
    let gone = rendered(Some(&Program::new(&folder.path().join("nowhere"), Duration::from_secs(2))), "{}");
    assert!(reasons(&gone)[0].contains("helm could not be run"), "{gone:?}");
}
